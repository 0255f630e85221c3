import { Agent, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { RunningUnderstudy } from '../../src/app/understudy.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import type { Settings } from '../../src/app/settings.js';
import { ACCOUNT, basic } from '../helpers/understudy.js';

const READY = '/__understudy/health/ready';
/** Far longer than the test: it ends when the test closes the server. */
const LONG = 600_000;

async function start(settings: Partial<Settings>) {
  const server = await startUnderstudy({ restPort: 0, mcpPort: 0, logLevel: 'silent', ...settings });
  onTestFinished(server.close);
  return server;
}

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
}

function get(origin: string, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(origin + path, { agent, headers: basic(ACCOUNT) }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }));
    })
      .on('error', reject)
      .end();
  });
}

test('a server that stops is not ready, still answers, and ends its connections, until the time has passed', async () => {
  const server = await start({ lameDuck: LONG });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await get(server.restUrl, READY, agent)).toEqual({ status: 200, connection: 'keep-alive' });

  const stopped = server.stop();
  // On the connection that was open before, and on a new one.
  expect(await get(server.restUrl, '/v1/Services', agent)).toEqual({ status: 200, connection: 'close' });
  expect(await get(server.restUrl, '/v1/Services', agent)).toEqual({ status: 200, connection: 'close' });
  expect(await get(server.restUrl, READY, agent)).toEqual({ status: 503, connection: 'close' });
  expect(await get(server.mcpUrl, '/nowhere', agent)).toMatchObject({ connection: 'close' });

  await server.close();
  await stopped;
  await expect(get(server.restUrl, READY, agent)).rejects.toThrow('ECONNREFUSED');
});

test('without a lame duck time, a server closes at once', async () => {
  const server = await start({ lameDuck: 0 });
  await server.stop();
  await expect(get(server.restUrl, READY, new Agent())).rejects.toThrow('ECONNREFUSED');
});

test('restarts lose no request of clients that follow `ready` and retry only failed connects', async () => {
  const settings = { lameDuck: 1000, drain: 20_000 };
  let servers: readonly RunningUnderstudy[] = await Promise.all([start(settings), start(settings)]);
  const agent = new Agent({ keepAlive: true });
  const restarts = new AbortController();
  let answered = 0;

  /** The first server that is ready, as a load balancer chooses it. */
  async function choose(): Promise<string> {
    for (;;) {
      for (const { restUrl } of servers) {
        // oxlint-disable-next-line no-await-in-loop -- one server after the other
        const health = await get(restUrl, READY, agent).catch(() => undefined);
        if (health?.status === 200) return restUrl;
      }
    }
  }
  async function send(): Promise<void> {
    try {
      expect((await get(await choose(), '/v1/Services', agent)).status).toBe(200);
      answered += 1;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ECONNREFUSED') throw error;
    }
  }
  const clients = Array.from({ length: 4 }, async () => {
    // oxlint-disable-next-line no-await-in-loop -- one request after the other
    while (!restarts.signal.aborted) await send();
  });
  for (let restart = 0; restart < 3; restart += 1) {
    const [first, second] = servers;
    // oxlint-disable no-await-in-loop -- one restart after the other
    await first?.stop();
    servers = [second, await start(settings)].filter((each) => each !== undefined);
    // oxlint-enable no-await-in-loop
  }
  restarts.abort();
  await Promise.all(clients);
  expect(answered).toBeGreaterThan(10);
});
