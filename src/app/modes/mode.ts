import type { LiveObserver } from '../../backends/live/live.js';
import type { WorldChangeEvent } from '../../backends/simulator/kernel/world-session.js';
import type { ClientBackend } from '../../core/client-view.js';
import type { Control } from '../../core/control.js';
import type { Log } from '../../core/log.js';
import type { Backend } from '../../core/operation.js';
import type { OnStartProgress } from '../../core/start-progress.js';
import type { SharedWorlds } from '../../core/shared-worlds.js';
import type { Redact } from '../../core/redact.js';
import type { Binding } from '../../engine/binding.js';
import type { Faults } from '../../engine/faults.js';
import type { Settings } from '../settings.js';

/** A mode: which backend answers, and what follows from that for the rest of the understudy. */
export interface ModeDefinition {
  /** What an understudy in this mode does, for people: "understudy 1.0.0 simulates Twilio Conversations". */
  readonly role: string;
  /** Calls reach Twilio: they take time, can be aborted, and cost money. */
  readonly callsTwilio: boolean;
  /** The backend uses the password of Twilio callers: the simulator signs webhooks with it. */
  readonly usesCredentials: boolean;
  /** Responses contain URLs of Twilio rather than of this server. */
  readonly hasTwilioUrls: boolean;
  /** Default time for requests in flight after a stop signal, in milliseconds. */
  readonly drainMs: number;
  /** Default time between a stop signal and the closing of the ports, in milliseconds. */
  readonly lameDuckMs: number;
  /** Creates the backend. Loads its code with `import()`, unless every understudy needs it. */
  readonly createBackend: (context: ModeContext) => Promise<ModeBackend>;
}

/** A backend as a mode creates it. */
export interface ModeBackend extends Backend {
  close(): Promise<void>;
  /** Controls that only this backend offers. */
  readonly controls?: readonly Control[];
  /** Serves the users of client SDKs, if this backend can. */
  readonly clients?: ClientBackend;
  /** Where the worlds are, if several servers share them. */
  readonly shared?: SharedWorlds | undefined;
  /** Why this process should get no traffic; undefined if it is ready. */
  notReadyReason?(): string | undefined;
  /** Number of requests to Twilio that are in flight or queued. */
  inFlight?(): number;
}

/** Counts webhook deliveries that were never sent. */
export interface WebhookObserver {
  webhookDropped(reason: string): void;
}

/** What backends are created from. */
export interface ModeContext {
  readonly settings: Settings;
  readonly binding: Binding;
  readonly version: string;
  readonly redact: Redact;
  readonly log: Log;
  readonly observer: LiveObserver & WebhookObserver;
  readonly faults: Faults;
  /** Called for each change of a world that is not the result of a call. */
  readonly onWorldChange: (event: WorldChangeEvent) => void;
  readonly onProgress?: OnStartProgress | undefined;
  /** Called before data are added that no call adds. @throws UnderstudyError if memory is short */
  readonly admitGrowth: (name: string) => void;
}
