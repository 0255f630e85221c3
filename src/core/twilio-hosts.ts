/** Whether a host serves Twilio Conversations, in any edge and region, e.g. `conversations.dublin.ie1.twilio.com`. */
export function isTwilioHost(name: string): boolean {
  return /^conversations(?:\.[a-z0-9-]+){0,2}\.twilio\.com\.?$/i.test(name);
}
