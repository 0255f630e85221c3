import twilio from 'twilio';
import { expect, onTestFinished } from 'vitest';
import type { Settings } from '../../src/app/settings.js';
import { type RunningUnderstudy, startUnderstudy } from '../../src/app/create-understudy.js';

export type Client = ReturnType<typeof twilio>;

/** What an app has that uses the official library: nothing but the host is ours. */
export interface Sdk {
  readonly understudy: RunningUnderstudy;
  /** The client of an account, which has a world of its own. */
  readonly clientOf: (account: string) => Client;
  readonly client: Client;
}

let accounts = 0;

/** An account that no other test uses. */
export const newAccount = (): string => `AC${(++accounts).toString(16).padStart(32, '0')}`;

/** An understudy on real sockets; when the test ends, every answer that it gave is held against its published shape. */
export async function startSdk(settings: Partial<Settings> = {}): Promise<Sdk> {
  const understudy = await startUnderstudy({ restPort: 0, mcpPort: 0, logLevel: 'silent', ...settings });
  onTestFinished(async () => {
    await understudy.engine.settled();
    const violations = understudy.journal.entries().flatMap((exchange) => exchange.violations);
    await understudy.close();
    expect(violations).toEqual([]);
  });
  const clientOf = (account: string, password = 'secret') =>
    twilio(account, password, { httpClient: sentTo(understudy.restUrl) });
  return { understudy, clientOf, client: clientOf(newAccount()) };
}

/** The library's own request client, which calls another host. */
export function sentTo(origin: string): InstanceType<typeof twilio.RequestClient> {
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:\/\/[^/]+/, origin) });
  return httpClient;
}

export const sidsOf = (records: readonly { readonly sid: string }[]): string[] => records.map(({ sid }) => sid);
