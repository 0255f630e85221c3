import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { noPostgres, Postgres } from '../helpers/postgres.js';
import { pause, ReplicaProcess } from './cluster.js';

if (noPostgres !== undefined) throw new Error(`\`npm run store:postgres\` needs PostgreSQL: ${noPostgres}.`);

const AUTHORIZATION = `Basic ${Buffer.from(`AC${'f'.repeat(32)}:secret`).toString('base64')}`;
const FORM = { authorization: AUTHORIZATION, 'content-type': 'application/x-www-form-urlencoded' };

let database: Postgres;
const replicas: ReplicaProcess[] = [];
const agent = new Agent({ connections: 64, connect: { timeout: 1000 } });
beforeAll(async () => {
  database = await Postgres.start();
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
  await agent.destroy();
  await database.stop();
});

async function started(...args: Parameters<typeof ReplicaProcess.create>): Promise<ReplicaProcess> {
  const replica = await ReplicaProcess.create(...args);
  replicas.push(replica);
  return replica;
}

async function call(url: string, form?: string): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await request(url, {
    method: form === undefined ? 'GET' : 'POST',
    dispatcher: agent,
    headers: FORM,
    body: form ?? null,
  });
  return { status: statusCode, text: await body.text() };
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

/** CPU time of a server, in seconds. */
async function cpuOf({ url }: ReplicaProcess): Promise<number> {
  const { text } = await call(`${url}/__understudy/metrics`);
  return Number(/^process_cpu_seconds_total\S* (\S+)/m.exec(text)?.[1]);
}

/** CPU time of one create, in microseconds. */
async function cpuPerCreate(replica: ReplicaProcess, count: number): Promise<number> {
  const before = await cpuOf(replica);
  let left = count;
  const create = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { status } = await call(`${replica.url}/v1/Conversations`, 'FriendlyName=a');
      expect(status).toBe(201);
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));
  return ((await cpuOf(replica)) - before) * (1e6 / count);
}

const isReady = async ({ url }: ReplicaProcess): Promise<boolean> => {
  try {
    const { statusCode, body } = await request(`${url}/__understudy/health/ready`);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
};

test('a create takes at most 1.5 times the CPU time that it takes with a data file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-figures-'));
  try {
    const withFile = await started({ data: join(folder, 'worlds.json') });
    const withStore = await started({ store: await database.createDatabase() });
    const [ofFile, ofStore]: [number[], number[]] = [[], []];
    for (let round = 0; round < 6; round += 1) {
      // The first round warms up.
      const file = await cpuPerCreate(withFile, 3000);
      const store = await cpuPerCreate(withStore, 3000);
      if (round === 0) continue;
      ofFile.push(file);
      ofStore.push(store);
    }
    const [file, store] = [median(ofFile), median(ofStore)];
    process.stdout.write(
      `CPU per create: file ${file.toFixed(0)} µs, store ${store.toFixed(0)} µs, ${(store / file).toFixed(2)} times\n`,
    );
    expect(store / file).toBeLessThan(1.5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('forwarding adds at most 1 ms to the median', async () => {
  const store = await database.createDatabase();
  const [owner, other] = [await started({ store }), await started({ store })];
  const created = await call(`${owner.url}/v1/Conversations`, 'FriendlyName=a');
  const path = `/v1/Conversations/${(JSON.parse(created.text) as { sid: string }).sid}`;
  const times: Record<string, number[]> = { owner: [], other: [] };
  for (let i = 0; i < 3000; i += 1) {
    for (const [name, { url }] of Object.entries({ owner, other })) {
      const begun = performance.now();
      expect((await call(url + path)).status).toBe(200);
      if (i >= 1000) times[name]?.push(performance.now() - begun);
    }
  }
  const [own, forwarded] = [median(times['owner'] ?? []), median(times['other'] ?? [])];
  process.stdout.write(`median of a read: at the owner ${own.toFixed(2)} ms, forwarded ${forwarded.toFixed(2)} ms\n`);
  expect(forwarded - own).toBeLessThan(1);
});

test('a rolling restart under 300 requests/s shows no error to a client that retries failed connects only', async () => {
  const store = await database.createDatabase();
  const servers = [await started({ store }), await started({ store }), await started({ store })];
  const errors = new Map<string, number>();
  let [sent, isDone] = [0, false];
  // As a balancer sees them.
  let ready: readonly ReplicaProcess[] = servers;
  const check = async (): Promise<void> => {
    const found = await Promise.all(servers.map((server) => isReady(server)));
    ready = servers.filter((_, i) => found[i]);
  };
  const checking = setInterval(() => void check(), 200);
  const attempt = async (): Promise<void> => {
    for (;;) {
      const server = ready[Math.floor(Math.random() * ready.length)];
      const isWrite = Math.random() < 0.5;
      const url = `${server?.url ?? ''}/v1/Conversations`;
      try {
        const { status, text } = isWrite ? await call(url, 'FriendlyName=a') : await call(`${url}?PageSize=1`);
        if (status >= 300) errors.set(text, (errors.get(text) ?? 0) + 1);
        return;
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT') continue;
        errors.set(code, (errors.get(code) ?? 0) + 1);
        return;
      }
    }
  };
  const load = (async () => {
    const begun = performance.now();
    const running: Promise<void>[] = [];
    // oxlint-disable-next-line no-unmodified-loop-condition -- set when the servers have been restarted
    while (!isDone) {
      while (sent < (performance.now() - begun) * 0.3) {
        running.push(attempt());
        sent += 1;
      }
      await pause(5);
    }
    await Promise.all(running);
  })();
  await pause(1000);
  for (const server of servers) {
    await server.end('SIGTERM');
    await server.start();
    await pause(1500);
  }
  isDone = true;
  clearInterval(checking);
  await load;
  process.stdout.write(`rolling restart: ${sent} requests, errors: ${JSON.stringify([...errors])}\n`);
  if (errors.size > 0) process.stderr.write(servers.map(({ log }) => log.slice(-3000)).join('\n---\n'));
  expect([...errors]).toEqual([]);
});
