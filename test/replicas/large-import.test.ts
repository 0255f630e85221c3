import { afterAll, beforeAll, expect, test } from 'vitest';
import { Postgres } from '../helpers/postgres.js';
import { ReplicaProcess } from './cluster.js';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const AUTHORIZATION = { authorization: `Basic ${Buffer.from(`${ACCOUNT}:secret`).toString('base64')}` };
/** In characters. The import keeps the event loop busy for longer than a server may be silent. */
const SIZE = 200_000_000;

let database: Postgres;
const replicas: ReplicaProcess[] = [];
beforeAll(async () => {
  database = await Postgres.start();
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
  await database.stop();
});

type Form = Record<string, string>;
const post = async (url: string, form: Form): Promise<{ sid: string }> => {
  const response = await fetch(url, { method: 'POST', headers: AUTHORIZATION, body: new URLSearchParams(form) });
  return (await response.json()) as { sid: string };
};

interface Exported {
  readonly worlds: [{ sequence: number; readonly records: { readonly messages: Record<string, unknown>[] } }];
}

/** An export of a world with many messages. */
async function largeExport(url: string, conversation: string): Promise<Exported> {
  await post(`${url}/v1/Conversations/${conversation}/Messages`, { Body: 'b'.repeat(500) });
  const response = await fetch(`${url}/__understudy/worlds/export`, { headers: AUTHORIZATION });
  const exported = (await response.json()) as Exported;
  const [world] = exported.worlds;
  const { messages } = world.records;
  const [message] = messages;
  const each = JSON.stringify(message).length;
  for (let i = 1; i * each < SIZE; i += 1) {
    const sid = `IM${i.toString(16).padStart(32, '0')}`;
    messages.push({ ...message, sid, index: i, seq: Number(message?.['seq']) + i });
  }
  world.sequence += messages.length;
  return exported;
}

test('a world that takes seconds to import is stored, and its server keeps it', async () => {
  const store = await database.createDatabase();
  for (let i = 0; i < 2; i += 1) replicas.push(await ReplicaProcess.create({ store }));
  const [one, two] = replicas as [ReplicaProcess, ReplicaProcess];
  const { sid } = await post(`${one.url}/v1/Conversations`, { FriendlyName: 'large' });
  const document = await largeExport(one.url, sid);
  const last = document.worlds[0].records.messages.at(-1);
  const response = await fetch(`${one.url}/__understudy/worlds/import`, {
    method: 'POST',
    headers: { ...AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify({ document }),
  });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining(ACCOUNT)]);
  expect(one.log).not.toContain('Lost the connection');
  const readNewest = async (): Promise<unknown> => {
    const path = `/v1/Conversations/${sid}/Messages?PageSize=1&Order=desc`;
    return (await fetch(two.url + path, { headers: AUTHORIZATION })).json();
  };
  expect(await readNewest()).toMatchObject({ messages: [{ sid: last?.['sid'] }] });
  // It is in the database as well.
  await one.end('SIGKILL');
  expect(await readNewest()).toMatchObject({ messages: [{ sid: last?.['sid'] }] });
  expect(two.log).not.toContain('Lost the connection');
});
