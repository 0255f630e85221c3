import { UnderstudyError } from '../../core/errors.js';
import { SHORTEST_SECRET } from '../../core/redact.js';
import { isMediaHost, MEDIA_PREFIX } from '../../core/twilio-hosts.js';
import type { Binding } from '../../engine/binding.js';
import type { ModeContext, ModeBackend, ModeDefinition } from './mode.js';

/** Twilio answers. */
export const live: ModeDefinition = {
  role: 'forwards calls to Twilio: messages reach people and cost money',
  callsTwilio: true,
  usesCredentials: false,
  hasTwilioUrls: true,
  drainMs: 10_000,
  lameDuckMs: 5000,
  createBackend: createLiveBackend,
};

export async function createLiveBackend(context: ModeContext): Promise<ModeBackend> {
  const { settings, binding, version, log, observer } = context;
  const { createLivePerApi } = await import('../../backends/live/per-api.js');
  const { upstreamOrigin } = await import('../../backends/live/upstream.js');
  const { credentials, passCredentials, dryRun, limits } = settings;
  // One upstream in place of all hosts serves media as we do.
  const prefixOf = (baseUri: string): string =>
    settings.upstream !== undefined && isMediaHost(new URL(baseUri).host) ? MEDIA_PREFIX : '';
  const origins = new Map(
    baseUrisOf(binding).map((baseUri) => [baseUri, upstreamOrigin(baseUri, settings) + prefixOf(baseUri)]),
  );
  if (dryRun) {
    const { createDryRun } = await import('../../backends/live/dry-run.js');
    return { ...createDryRun(origins, log), close: () => Promise.resolve() };
  }
  const [name] = origins.values();
  if (credentials === undefined && !passCredentials) {
    throw new UnderstudyError(
      'UNDERSTUDY_NO_CREDENTIALS',
      `--mode ${settings.mode} needs credentials for ${name}: set TWILIO_USER and TWILIO_PASS (or TWILIO_API_KEY and ` +
        'TWILIO_API_KEY_SECRET, or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN) in the environment',
    );
  }
  if (credentials !== undefined && credentials.password.length < SHORTEST_SECRET) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `the password for ${name} has ${credentials.password.length} characters, but Twilio's have 32: set TWILIO_PASS ` +
        '(or TWILIO_API_KEY_SECRET, or TWILIO_AUTH_TOKEN) to the real one',
    );
  }
  const userAgent = `twilio-understudy/${version}`;
  return createLivePerApi(origins, { credentials, passCredentials, userAgent, log, limits, observer });
}

/** The base URL of each API that the capability files name, the first file's first. */
export function baseUrisOf({ operations }: Binding): readonly string[] {
  return [...new Set(operations.map(({ baseUri }) => baseUri))];
}
