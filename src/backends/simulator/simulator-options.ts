import type { Operation } from '../../core/operation.js';
import type { OnStartProgress } from '../../core/start-progress.js';
import type { Bind, UnknownField } from './conversations/bind.js';
import type { PostgresStoreOptions } from './database/store-options.js';
import type { ClockSettings, WorldClock } from './kernel/clock.js';
import type { WorldChangeEvent } from './kernel/world-session.js';
import type { WorldLimits } from './kernel/worlds.js';
import type { StoreOptions } from './storage/store.js';
import type { DroppedDelivery, WebhookFaults } from './webhooks/dispatcher.js';
import type { WebhookTargets } from './webhooks/targets.js';

export interface SimulatorOptions {
  readonly operations: readonly Operation[];
  /** Turns an input into a call, as the engine does. Seeds are written as inputs. */
  readonly bind: Bind;
  /** The error for a field that an operation does not declare. */
  readonly unknownField: UnknownField;
  /** How each world's clock starts, or one clock that all worlds share. */
  readonly clock: ClockSettings | WorldClock;
  /** The account SID of callers who do not give one. */
  readonly defaultAccount: string;
  /** Makes SIDs reproducible: the same text and the same calls give the same SIDs. Random if absent. */
  readonly rngSeed?: string | undefined;
  /** Name or file of the seed for new worlds. */
  readonly seed?: string | undefined;
  /** Whether each world has a default service, which account-level paths act on. Default: true. */
  readonly defaultService?: boolean | undefined;
  readonly dataFile?: string | undefined;
  /** A database that several servers share, in place of a data file. */
  readonly database?: Omit<PostgresStoreOptions, 'onWarning' | 'beforeSave'> | undefined;
  /** How the data file is written. */
  readonly storage?: Pick<StoreOptions, 'sync' | 'syncIntervalMs' | 'minCompactionBytes' | 'files'> | undefined;
  /** Receives warnings about the data file or the database. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Called now and then while a seed or a data file is read, and while a world is seeded. */
  readonly onProgress?: OnStartProgress | undefined;
  readonly worldLimits?: WorldLimits | undefined;
  /** The token that callers must send, if there is one. */
  readonly token?: string | undefined;
  /** The auth token that signs webhooks. If absent, the password of the account's latest caller does. */
  readonly authToken?: string | undefined;
  readonly webhooks?: Partial<WebhookTargets> | undefined;
  /** Faults to inject into webhook deliveries. */
  readonly faults?: WebhookFaults | undefined;
  /** Called for each webhook delivery that is given up before it was sent. */
  readonly onWebhookDrop?: ((drop: DroppedDelivery) => void) | undefined;
  /** Called for webhook deliveries, and for changes that no call made. */
  readonly onWorldChange?: ((event: WorldChangeEvent) => void) | undefined;
  /** Called before data are added that no call adds. @throws UnderstudyError if there is no room for them */
  readonly admitGrowth?: ((name: string) => void) | undefined;
}
