/** Whether a host is Twilio's for Conversations, in any edge and region: `conversations.dublin.ie1.twilio.com`. */
export function isTwilioHost(name: string): boolean {
  return /^conversations(?:\.[a-z0-9-]+){0,2}\.twilio\.com\.?$/i.test(name);
}
