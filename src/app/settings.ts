import type { LiveLimits } from '../backends/live/limits.js';
import type { SyncPolicy } from '../backends/simulator/storage/sync-policy.js';
import type { WebhookTargets } from '../backends/simulator/webhooks/targets.js';
import type { Credentials } from '../core/operation.js';
import type { ApiKeyEntries } from '../surfaces/http/api-keys.js';

/** The world of callers that select none, unless `TWILIO_ACCOUNT_SID` is set. */
export const DEFAULT_ACCOUNT = `AC${'0'.repeat(32)}`;

/** The modes by name. `modes/index.ts` defines them. */
export const modeNames = ['simulate', 'live', 'record', 'replay'] as const;
export type Mode = (typeof modeNames)[number];

/** The settings that select a mode, and those that apply to some modes only. */
interface ModeSettings {
  readonly mode: Mode;
  /** Origin to call instead of Twilio's, for live and record. */
  readonly upstream?: string | undefined;
  /** Twilio's edge and region, as in Twilio's own clients. */
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
  /** Credentials for Twilio. */
  readonly credentials?: Credentials | undefined;
  /** Send the credentials of Twilio callers to Twilio instead of `credentials`. */
  readonly passCredentials: boolean;
  /** Make page URLs lead to this server, on the REST surface with its own paths. */
  readonly rewriteUrls: boolean;
  readonly dryRun: boolean;
  /** File to record to or to replay from. */
  readonly cassette?: string | undefined;
  readonly scrub: boolean;
  /** Oldest cassette that replay accepts, in milliseconds. Undefined: any age, with a warning after 90 days. */
  readonly maxAge?: number | undefined;
  readonly limits?: Partial<LiveLimits> | undefined;
}

/** The settings of one understudy, from a command line or from a program. */
export interface Settings extends ModeSettings {
  readonly host: string;
  /** Undefined: the port in the capability file. 0: any free port. */
  readonly restPort?: number | undefined;
  readonly mcpPort?: number | undefined;
  /** Port of the intercepting proxy. Undefined: there is none. 0: any free port. */
  readonly proxyPort?: number | undefined;
  /** Port for HTTPS to hosts of Twilio. Undefined: there is none. 0: any free port. */
  readonly tlsPort?: number | undefined;
  /** Files of the certificate and the key for `tlsPort`. Undefined: those of the local certificate authority. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** Let the proxy connect to no other host. */
  readonly offline: boolean;
  /** Hosts of Twilio to which the proxy connects, of those that this program does not play. */
  readonly allowTwilio?: readonly string[] | undefined;
  /** Folder of the local certificate authority. Undefined: by the convention of the platform. */
  readonly stateFolder?: string | undefined;
  readonly logLevel: string;
  /** The origin by which clients reach this server, if it differs from the address they connect to. */
  readonly publicUrl?: string | undefined;
  /** The password that Twilio callers must send. Undefined: any password is accepted. */
  readonly authToken?: string | undefined;
  /** What is known of the API keys of callers: their accounts, and perhaps their secrets. */
  readonly apiKeys?: ApiKeyEntries | undefined;
  /** Origins of web pages from which client SDKs may connect, besides pages of this machine. */
  readonly clientOrigins?: readonly string[] | undefined;
  /** File of Twilio's client SDK for browsers. With it, the inspector opens chats that use it. */
  readonly clientSdk?: string | undefined;
  /** The token that every caller must send. Required if other machines can reach the server. */
  readonly token?: string | undefined;
  /** Names of the operations that may be called. Undefined: all of them. */
  readonly allow?: readonly string[] | undefined;
  readonly readOnly: boolean;
  /** Forward requests for paths that no capability file covers, in the modes that know Twilio's answers. */
  readonly passthrough: boolean;
  /** Refuse fields that an operation does not define. */
  readonly strict: boolean;
  /** Check responses against the published schemas. */
  readonly checkAnswers: boolean;
  readonly dataFile?: string | undefined;
  /** URL of a PostgreSQL database that several servers share, in place of a data file. It contains a password. */
  readonly store?: string | undefined;
  /** With a store: the origin at which other servers on the same database reach this one. */
  readonly storeAddress?: string | undefined;
  /** With a data file: when changes are certain to survive a power loss. */
  readonly sync: SyncPolicy;
  /** Name or file of the state in which worlds start. */
  readonly seed?: string | undefined;
  /** The same seed and the same calls give the same SIDs. */
  readonly rngSeed?: string | undefined;
  /** `real`, `manual`, `auto`, or a fixed time, e.g. `2026-01-01T00:00:00Z`. Default: `real`. */
  readonly clock?: string | undefined;
  /** Hosts that webhooks may call besides this machine, and URLs to replace. */
  readonly webhooks?: Partial<WebhookTargets> | undefined;
  readonly mcpTools?: string | undefined;
  /** Capability files to load instead of those of this package. */
  readonly capabilityFiles?: readonly string[] | undefined;
  /** Whether each world has a default service, which account-level paths act on. */
  readonly defaultService: boolean;
  /** The world of callers that select none. */
  readonly defaultAccount: string;
  /** Secrets to hide from logs and the journal. The secrets among the other settings are always hidden. */
  readonly secrets: readonly string[];
  /** Export a trace of every exchange, as configured by the `OTEL_…` variables. */
  readonly traces: boolean;
  /** The memory above which writes are refused, in bytes. Undefined: 85 % of what the process may have. */
  readonly maxHeap?: number | undefined;
  /** Time for requests in flight after a stop signal, in milliseconds. Undefined: the default of the mode. */
  readonly drain?: number | undefined;
  /**
   * Time between a stop signal and the closing of the ports, in milliseconds. In it, requests are answered but the server
   * is not ready. Undefined: the default of the mode.
   */
  readonly lameDuck?: number | undefined;
}

export const defaultSettings: Settings = {
  host: '127.0.0.1',
  logLevel: 'warn',
  offline: false,
  readOnly: false,
  passthrough: true,
  strict: false,
  checkAnswers: true,
  mode: 'simulate',
  passCredentials: false,
  rewriteUrls: true,
  dryRun: false,
  defaultService: true,
  sync: 'interval',
  scrub: false,
  traces: false,
  defaultAccount: DEFAULT_ACCOUNT,
  secrets: [],
};
