import type { LiveLimits } from '../backends/live/limits.js';
import type { WebhookTargets } from '../backends/simulator/webhooks/sender.js';
import { UnderstudyError } from '../core/errors.js';
import { isLoopback } from '../util/loopback.js';

/** The world of callers that name none, unless `TWILIO_ACCOUNT_SID` says otherwise. */
export const DEFAULT_ACCOUNT = `AC${'0'.repeat(32)}`;

/** Which backend answers. */
export type Mode = 'simulate' | 'live' | 'record' | 'replay';

export const modes: readonly Mode[] = ['simulate', 'live', 'record', 'replay'];

/** The settings that choose a mode, and those that only matter in some. */
export interface ModeSettings {
  readonly mode: Mode;
  /** Another origin than Twilio's, for live and record. */
  readonly upstream?: string | undefined;
  /** How Twilio is reached: its edge and region, as in its own clients. */
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
  /** Twilio's user and password. */
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
  readonly passCredentials: boolean;
  readonly rewriteUrls: boolean;
  /** Names of the operations that may be called; absent: all. */
  readonly allow?: readonly string[] | undefined;
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  readonly cassette?: string | undefined;
  readonly scrub: boolean;
  /** Milliseconds from which on a cassette is too old. */
  readonly maxAge?: number | undefined;
  readonly limits?: Partial<LiveLimits> | undefined;
  /** Export a trace of every exchange, as the `OTEL_…` variables say. */
  readonly traces: boolean;
  /** Milliseconds that requests in flight may take once the server is told to stop. */
  readonly drain?: number | undefined;
}

export const defaultModeSettings: ModeSettings = {
  mode: 'simulate',
  passCredentials: false,
  rewriteUrls: true,
  readOnly: false,
  dryRun: false,
  scrub: false,
  traces: false,
};

/** The settings of one understudy, whether they come from a command line or from a program. */
export interface Settings extends ModeSettings {
  readonly host: string;
  /** Absent: the port that the capability file names. 0: any free one. */
  readonly restPort?: number | undefined;
  readonly mcpPort?: number | undefined;
  readonly logLevel: string;
  /** The origin by which clients reach this server, when it is not the one they call. */
  readonly publicUrl?: string | undefined;
  /** The password that Twilio's callers must give; absent: any will do. */
  readonly authToken?: string | undefined;
  /** What every caller must show; demanded on a bind that other machines can reach. */
  readonly token?: string | undefined;
  readonly strict: boolean;
  readonly checkAnswers: boolean;
  readonly dataFile?: string | undefined;
  readonly seed?: string | undefined;
  readonly rngSeed?: string | undefined;
  /** `real`, `manual`, `auto`, or a moment to stand still at, e.g. `2026-01-01T00:00:00Z`. */
  readonly clock?: string | undefined;
  /** Where webhooks may go beside this machine, and what is called in place of what. */
  readonly webhooks?: Partial<WebhookTargets> | undefined;
  readonly mcpTools?: string | undefined;
  readonly defaultAccount: string;
  /** Every secret that was given, to be hidden wherever something is logged or kept. */
  readonly secrets: readonly string[];
}

export const defaultSettings: Settings = {
  host: '127.0.0.1',
  logLevel: 'warn',
  strict: false,
  checkAnswers: true,
  ...defaultModeSettings,
  defaultAccount: DEFAULT_ACCOUNT,
  secrets: [],
};

/** @throws UnderstudyError when other machines could reach a server that asks nobody for a token. */
export function requireToken({ host: address, token, publicUrl, mode }: Settings): void {
  if (token !== undefined) return;
  if (isLoopback(address)) {
    const isPublic = publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname);
    if (!isPublic || mode === 'simulate' || mode === 'replay') return;
    throw new UnderstudyError(
      'UNDERSTUDY_NO_TOKEN',
      `whoever reaches --public-url ${publicUrl} could use your Twilio account: set --token (or UNDERSTUDY_TOKEN)`,
    );
  }
  throw new UnderstudyError(
    'UNDERSTUDY_NO_TOKEN',
    `other machines can reach --host ${address}: set --token (or UNDERSTUDY_TOKEN), or use 127.0.0.1`,
  );
}
