import { createRequire } from 'node:module';
import type { RequestClient as TwilioRequestClient, Twilio } from 'twilio';
import { UnderstudyError } from '../core/errors.js';
import { isMediaHost, isTwilioHost, MEDIA_PREFIX } from '../core/twilio-hosts.js';

type TwilioModule = typeof import('twilio');
type ClientOptions = NonNullable<ConstructorParameters<typeof Twilio>[2]>;
/** Options of Twilio's client, and of the HTTP client within it (`autoRetry`, `timeout`, …). */
export type TwilioClientOptions = Omit<ClientOptions, 'httpClient'> &
  ConstructorParameters<typeof TwilioRequestClient>[0];

/** What a client needs to call a world. */
export interface ClientTarget {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
}

/** Creates the official client, with its requests for Conversations and media sent to a world. Needs the package `twilio`. */
export function twilioClientFor(target: ClientTarget, options: TwilioClientOptions = {}): Twilio {
  const twilio = loadTwilio();
  const httpClient = new twilio.RequestClient(options);
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: redirect(request.uri, target.url) });
  return twilio(target.accountSid, target.authToken, { ...options, httpClient });
}

function redirect(uri: string, origin: string): string {
  const { hostname, origin: original } = new URL(uri);
  if (!isTwilioHost(hostname)) return uri;
  return origin + (isMediaHost(hostname) ? MEDIA_PREFIX : '') + uri.slice(original.length);
}

function loadTwilio(): TwilioModule {
  const require = createRequire(import.meta.url);
  try {
    return require('twilio') as TwilioModule;
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      'twilioClientFor needs the official client, which is not installed: npm install --save-dev twilio',
      { cause },
    );
  }
}
