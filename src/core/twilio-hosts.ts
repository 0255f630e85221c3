/**
 * Whether a host serves Twilio Conversations or its media, in any edge and region, e.g. `conversations.dublin.ie1.twilio.com`
 * or `mcs.us1.twilio.com`.
 */
export function isTwilioHost(name: string): boolean {
  return /^(?:conversations|mcs|media)(?:\.[a-z0-9-]+){0,2}\.twilio\.com\.?$/i.test(name);
}

/** Whether a host is one of Twilio's, but none that this program plays, e.g. `api.twilio.com`. */
export function isOtherTwilioHost(name: string): boolean {
  return /\.twilio\.com\.?$/i.test(name) && !isTwilioHost(name);
}

/**
 * Returns a check whether requests for a host are redirected to understudy: the hosts that it plays, and those of Twilio that
 * it refuses, except the ones that a user lets out.
 */
export function createRedirectCheck(allowed: readonly string[]): (name: string) => boolean {
  const letOut = new Set(allowed.map((name) => name.toLowerCase()));
  return (name) => isTwilioHost(name) || (isOtherTwilioHost(name) && !letOut.has(name.toLowerCase()));
}

/** Whether a `Host` header names a host of media: uploads and records, or temporary links. */
export function isMediaHost(host: string): boolean {
  return /^(?:mcs|media)(?:\.[a-z0-9-]+){0,2}\.twilio\.com\.?(?::\d+)?$/i.test(host);
}

/** Where this server serves the hosts of media, for clients that call it by its own address. */
export const MEDIA_PREFIX = '/mcs';
