import { startUnderstudy } from '../../src/app/start-understudy.js';
import type { Settings } from '../../src/app/settings.js';
import type { RunningUnderstudy } from '../../src/app/understudy.js';
import type { JsonObject } from '../../src/core/body.js';

export const ACCOUNT = `AC${'a'.repeat(32)}`;
export const basic = (account = ACCOUNT): string => `Basic ${Buffer.from(`${account}:secret`).toString('base64')}`;

/** Calls a server. A form makes it a POST of that form. @throws for a response that is an error */
export async function call(
  { restUrl }: Pick<RunningUnderstudy, 'restUrl'>,
  method: string,
  path: string,
  form?: Record<string, string>,
  account = ACCOUNT,
): Promise<JsonObject> {
  const body = form && new URLSearchParams(form);
  const response = await fetch(`${restUrl}${path}`, {
    method,
    headers: { authorization: basic(account), 'understudy-request': '1' },
    body: body ?? null,
  });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as JsonObject);
}

/** Creates a conversation, and returns its SID. */
export const create = async (replica: RunningUnderstudy, name: string, account = ACCOUNT): Promise<unknown> =>
  (await call(replica, 'POST', '/v1/Conversations', { FriendlyName: name }, account))['sid'];

/** The SIDs of conversations in the order in which they were created. */
export const list = async (replica: RunningUnderstudy, account = ACCOUNT): Promise<unknown[]> =>
  ((await call(replica, 'GET', '/v1/Conversations?PageSize=100', undefined, account))['conversations'] as JsonObject[])
    .map(({ sid }) => sid)
    .toReversed();

export const metrics = async ({ restUrl }: RunningUnderstudy): Promise<string> =>
  (await fetch(`${restUrl}/__understudy/metrics`)).text();

/** Servers of one test. */
export class Replicas {
  #running: RunningUnderstudy[] = [];

  async start(store: string, settings: Partial<Settings> = {}): Promise<RunningUnderstudy> {
    const replica = await startUnderstudy({
      store,
      restPort: 0,
      mcpPort: 0,
      logLevel: 'error',
      lameDuck: 200,
      ...settings,
    });
    this.#running.push(replica);
    return replica;
  }

  /** Stops a server as a signal does. */
  async stop(replica: RunningUnderstudy): Promise<void> {
    this.#running = this.#running.filter((each) => each !== replica);
    await replica.stop();
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((replica) => replica.close()));
  }
}
