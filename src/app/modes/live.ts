import { UnderstudyError } from '../../core/errors.js';
import { SHORTEST_SECRET } from '../../core/redact.js';
import type { Binding } from '../../engine/binding.js';
import type { ModeContext, ModeBackend, ModeDefinition } from './mode.js';

/** Twilio answers. */
export const live: ModeDefinition = {
  role: 'forwards calls to Twilio: messages reach people and cost money',
  callsTwilio: true,
  usesCredentials: false,
  hasTwilioUrls: true,
  drainMs: 10_000,
  createBackend: createLiveBackend,
};

export async function createLiveBackend(context: ModeContext): Promise<ModeBackend> {
  const { settings, binding, version, log, observer } = context;
  const { createLive } = await import('../../backends/live/live.js');
  const { upstreamOrigin } = await import('../../backends/live/upstream.js');
  const { credentials, passCredentials, dryRun, limits } = settings;
  const origin = upstreamOrigin(baseUriOf(binding), settings);
  if (dryRun) {
    const { createDryRun } = await import('../../backends/live/dry-run.js');
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
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `the password for ${origin} has ${credentials.password.length} characters, but Twilio's have 32: set TWILIO_PASS ` +
        '(or TWILIO_API_KEY_SECRET, or TWILIO_AUTH_TOKEN) to the real one',
    );
  }
  const userAgent = `twilio-understudy/${version}`;
  return createLive({ origin, credentials, passCredentials, userAgent, log, limits, observer });
}

/** @throws UnderstudyError when the capability files name several URLs: live mode sends every call to one upstream. */
export function baseUriOf({ operations }: Binding): string {
  const [first = '', ...others] = new Set(
    operations.filter((each) => each.isUnpublished !== true).map(({ baseUri }) => baseUri),
  );
  if (others.length === 0) return first;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `live mode has one upstream, but the capability files name ${[first, ...others].join(' and ')}`,
  );
}
