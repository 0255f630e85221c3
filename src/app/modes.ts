import type { WorldChangeEvent } from '../backends/simulator/kernel/world-session.js';
import { withGuards } from '../backends/guards.js';
import { withLocalPageUrls } from '../backends/local-page-urls.js';
import type { LiveObserver } from '../backends/live/live.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { Settings, Mode } from './settings.js';
import type { Binding } from '../engine/binding.js';
import type { Faults } from '../engine/faults.js';
import { UnderstudyError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Backend } from '../core/operation.js';
import type { Control } from '../core/control.js';
import { SHORTEST_SECRET, type Redact } from '../core/redact.js';

/** Who answers, and what must be let go at the end. */
export interface ClosableBackend extends Backend {
  close(): Promise<void>;
  /** What can be done to it beside the operations. */
  readonly controls?: readonly Control[];
  /** Why this process should get no traffic now; nothing when it may. */
  notReadyReason?(): string | undefined;
  /** Requests to Twilio that are under way or wait for a connection. */
  inFlight?(): number;
}

/** What a backend of any mode is made from. */
export interface ModeParts {
  readonly settings: Settings;
  readonly binding: Binding;
  /** Where Twilio itself is. */
  readonly baseUri: string;
  readonly version: string;
  readonly redact: Redact;
  readonly log: Log;
  readonly observer: LiveObserver;
  readonly faults: Faults;
  /** Told of what happens in a world without a call. */
  readonly onWorldChange: (notice: WorldChangeEvent) => void;
}

type OtherMode = Exclude<Mode, 'simulate'>;

/** One mode, one backend. Only the code of the chosen one is loaded. */
export const backendOf: Readonly<Record<OtherMode, (parts: ModeParts) => Promise<ClosableBackend>>> = {
  live: askTwilio,
  record,
  replay,
};

/**
 * Puts before a backend what holds in every mode: what may be called, and where page URLs lead.
 * @throws UnderstudyError when `--allow` names what is no operation.
 */
export function applyGuards(
  backend: ClosableBackend,
  { settings, binding }: Pick<ModeParts, 'settings' | 'binding'>,
): Required<ClosableBackend> {
  const { allow, readOnly, mode, rewriteUrls } = settings;
  const known = new Set(binding.operations.map(({ name }) => name));
  for (const name of allow ?? []) {
    if (known.has(name)) continue;
    throw badOption(`--allow names \`${name}\`, which is no operation.${didYouMean(name, known)}`);
  }
  const guard = withGuards(backend, { allow: allow && new Set(allow), readOnly });
  const front = mode !== 'simulate' && rewriteUrls ? withLocalPageUrls(guard) : guard;
  return {
    answer: (call) => front.answer(call),
    close: () => backend.close(),
    controls: backend.controls ?? [],
    notReadyReason: () => backend.notReadyReason?.(),
    inFlight: () => backend.inFlight?.() ?? 0,
  };
}

async function askTwilio({ settings, baseUri, version, log, observer }: ModeParts): Promise<ClosableBackend> {
  const { createLive } = await import('../backends/live/live.js');
  const { upstreamOrigin } = await import('../backends/live/upstream.js');
  const { credentials, passCredentials, dryRun, limits } = settings;
  const origin = upstreamOrigin(baseUri, settings);
  if (dryRun) {
    const { createDryRun } = await import('../backends/live/dry-run.js');
    return { ...createDryRun(origin, log), close: () => Promise.resolve() };
  }
  if (credentials === undefined && !passCredentials) {
    throw new UnderstudyError(
      'UNDERSTUDY_NO_CREDENTIALS',
      `--mode ${settings.mode} needs credentials for ${origin}: set TWILIO_USER and TWILIO_PASS (or TWILIO_API_KEY and ` +
        'TWILIO_API_KEY_SECRET, or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN) in the environment',
    );
  }
  if (credentials !== undefined && credentials.password.length < SHORTEST_SECRET) {
    throw badOption(
      `the password for ${origin} has only ${credentials.password.length} characters, and Twilio's have 32: set TWILIO_PASS ` +
        '(or TWILIO_API_KEY_SECRET, or TWILIO_AUTH_TOKEN) in the environment to the true one',
    );
  }
  const userAgent = `twilio-understudy/${version}`;
  return createLive({ origin, credentials, passCredentials, userAgent, log, limits, observer });
}

async function record(parts: ModeParts): Promise<ClosableBackend> {
  const { settings, baseUri, version, redact, log } = parts;
  const file = cassetteFile(settings);
  const { createRecorder } = await import('../backends/cassette/record.js');
  const { createScrub } = await import('../backends/cassette/scrub.js');
  const live = await askTwilio(parts);
  const recorder = createRecorder(live, {
    file,
    program: `twilio-understudy ${version}`,
    upstream: settings.upstream ?? baseUri,
    recorded: new Date().toISOString(),
    redact,
    scrub: settings.scrub ? createScrub() : undefined,
    log,
  });
  const close = async () => {
    await recorder.flush();
    await live.close();
  };
  return { ...live, answer: (call) => recorder.answer(call), close };
}

/** A recording tells less and less of a service that changes. */
const OLD = 90 * 24 * 3_600_000;

async function replay({ settings, log }: ModeParts): Promise<ClosableBackend> {
  const file = cassetteFile(settings);
  const { readCassette } = await import('../backends/cassette/format.js');
  const { createReplay } = await import('../backends/cassette/replay.js');
  const cassette = readCassette(file);
  const { maxAge } = settings;
  const old = Date.now() - Date.parse(cassette.recorded);
  if (old > (maxAge ?? OLD)) {
    const message = `${file} was recorded ${Math.floor(old / (24 * 3_600_000))} days ago: record it again`;
    if (maxAge !== undefined) throw new UnderstudyError('UNDERSTUDY_BAD_CASSETTE', `${message}, or raise --max-age`);
    log.warn({ file, recorded: cassette.recorded }, message);
  }
  return { ...createReplay(cassette, file), close: () => Promise.resolve() };
}

function cassetteFile({ cassette, mode }: Settings): string {
  if (cassette !== undefined) return cassette;
  throw badOption(`--mode ${mode} needs --cassette FILE`);
}

function badOption(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message);
}
