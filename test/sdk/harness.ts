import twilio from 'twilio';
import { expect, onTestFinished } from 'vitest';
import type { Answer } from '../../src/contract/model/target.js';
import type { Settings } from '../../src/app/settings.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import type { RunningUnderstudy } from '../../src/app/understudy.js';

export type Client = ReturnType<typeof twilio>;

/** The official SDK with its requests redirected to an understudy. */
export interface Sdk {
  readonly understudy: RunningUnderstudy;
  /** A client for an account, which has its own world. */
  readonly clientOf: (account: string) => Client;
  readonly client: Client;
  /** A client for an account whose responses can be read. */
  readonly watchedClientOf: (account: string) => WatchedClient;
}

/** A client with the responses that it got, in order. */
export interface WatchedClient {
  readonly client: Client;
  readonly responses: Answer[];
}

let accounts = 0;

/** An account that no other test uses. */
export const newAccount = (): string => `AC${(++accounts).toString(16).padStart(32, '0')}`;

/** An understudy on real sockets. When the test ends, no response may violate its published schema. */
export async function startSdk(settings: Partial<Settings> = {}): Promise<Sdk> {
  const understudy = await startUnderstudy({ restPort: 0, mcpPort: 0, logLevel: 'silent', ...settings });
  onTestFinished(async () => {
    await understudy.engine.settled();
    const violations = understudy.journal.entries().flatMap((exchange) => exchange.violations);
    await understudy.close();
    expect(violations).toEqual([]);
  });
  const clientOf = (account: string, password = 'secret') =>
    twilio(account, password, { httpClient: redirectTo(understudy.restUrl) });
  const watchedClientOf = (account: string) => watched(account, redirectTo(understudy.restUrl));
  return { understudy, clientOf, client: clientOf(newAccount()), watchedClientOf };
}

function watched(account: string, httpClient: InstanceType<typeof twilio.RequestClient>): WatchedClient {
  const responses: Answer[] = [];
  const send = httpClient.request.bind(httpClient);
  httpClient.request = async (request) => {
    const response = await send(request);
    const body = response.body as Answer['body'] | undefined;
    responses.push({ status: response.statusCode, body: body === undefined || body === '' ? null : body });
    return response;
  };
  return { client: twilio(account, 'secret', { httpClient }), responses };
}

/** The SDK's request client, redirected to another origin. */
export function redirectTo(origin: string): InstanceType<typeof twilio.RequestClient> {
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:\/\/[^/]+/, origin) });
  return httpClient;
}

export const sidsOf = (records: readonly { readonly sid: string }[]): string[] => records.map(({ sid }) => sid);
