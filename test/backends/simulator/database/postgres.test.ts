import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import type { SimulatorOptions } from '../../../../src/backends/simulator/simulator-options.js';
import { createPool, openPool } from '../../../../src/backends/simulator/database/open-pool.js';
import { PostgresMedia } from '../../../../src/backends/simulator/database/postgres-media.js';
import { eventually } from '../../../helpers/eventually.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { answerOf, callOk, control, createService, services } from '../../../helpers/simulator-calls.js';
import { itemsOf, newSimulator, sidOf } from '../../../helpers/simulator.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';

if (noPostgres !== undefined) process.stderr.write(`tests with PostgreSQL are skipped: ${noPostgres}\n`);

const noOwner = (): undefined => undefined;
const noRoom = (): never => {
  throw new Error('no room');
};

describe.skipIf(noPostgres !== undefined)('worlds in PostgreSQL', () => {
  let server: Postgres;
  let simulators: Simulator[] = [];
  beforeAll(async () => {
    server = await Postgres.start();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const simulator of simulators.splice(0)) await simulator.close();
  });

  async function open(
    url: string,
    options: Partial<SimulatorOptions> & { idleMs?: number; handOverMs?: number } = {},
  ): Promise<Simulator> {
    const { idleMs, handOverMs, ...others } = options;
    const simulator = await newSimulator({
      clock: { mode: 'real' },
      rngSeed: undefined,
      ...others,
      database: { url, idleMs, handOverMs },
    });
    simulators.push(simulator);
    return simulator;
  }

  async function close(simulator: Simulator): Promise<void> {
    simulators = simulators.filter((each) => each !== simulator);
    await simulator.close();
  }

  it('a server continues with the worlds of the one before, even of one that only read them', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const sid = await createService(first, 'one');
    const other = `AC${'b'.repeat(32)}`;
    const read = await services(first, other);
    expect(read, 'the default service').toHaveLength(1);
    await close(first);
    const second = await open(url);
    expect(await services(second)).toContain(sid);
    expect(await services(second, other)).toEqual(read);
  });

  it('many calls at once are all stored, in their order', async () => {
    const url = await server.createDatabase();
    const first = await open(url, { defaultService: false });
    const sids = await Promise.all(Array.from({ length: 50 }, (_, i) => createService(first, `${i}`)));
    await close(first);
    expect(await services(await open(url))).toEqual(expect.arrayContaining(sids));
    const rows = await server.query<{ seq: string }>('SELECT seq FROM understudy.changes ORDER BY seq', url);
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, i) => i + 1));
  });

  it('a world that another server has is refused, until that server stops or leaves it idle', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const sid = await createService(first, 'one');
    const second = await open(url, { idleMs: 0 });
    await expect(services(second)).rejects.toMatchObject({ name: 'UNDERSTUDY_WORLD_ELSEWHERE', status: 503 });
    await close(first);
    expect(await services(second)).toContain(sid);
    const third = await open(url);
    await eventually(async () => expect(await services(third)).toContain(sid));
  });

  it('a clock that was set stays as it is', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    await control(first, 'clock.set', { mode: 'manual', now: '2030-01-01T00:00:00Z' });
    await close(first);
    const second = await open(url);
    expect(await control(second, 'clock.show')).toMatchObject({ mode: 'manual', now: '2030-01-01T00:00:00.000Z' });
    await control(second, 'clock.advance', { by: 'PT1H' });
    await close(second);
    expect(await control(await open(url), 'clock.show')).toMatchObject({ now: '2030-01-01T01:00:00.000Z' });
  });

  it('a lost connection gives 503 until it is back, and nothing that was acknowledged is lost', async () => {
    const url = await server.createDatabase();
    const simulator = await open(url);
    const sids = [await createService(simulator, 'one')];
    await server.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      url,
    );
    await eventually(async () => {
      sids.push(await createService(simulator, 'two'));
    });
    await server.stopProcess();
    await expect(createService(simulator, 'lost')).rejects.toMatchObject({ status: 503 });
    await eventually(() => expect(simulator.notReadyReason()).toContain('database'));
    await expect(services(simulator)).rejects.toMatchObject({ name: 'UNDERSTUDY_STORE_DOWN' });
    await server.startProcess();
    await eventually(() => expect(simulator.notReadyReason()).toBeUndefined());
    expect(await services(simulator)).toEqual(expect.arrayContaining(sids));
  });

  it('a server whose world was taken over stores nothing', async () => {
    const url = await server.createDatabase();
    const simulator = await open(url);
    const sids = await services(simulator);
    // As if its lock had been lost without the connection, e.g. through a proxy that shares sessions.
    await server.query(`UPDATE understudy.worlds SET epoch = epoch + 1`, url);
    await expect(createService(simulator, 'late')).rejects.toMatchObject({ name: 'UNDERSTUDY_NOT_CONFIRMED' });
    await eventually(async () => expect(await services(simulator)).toEqual(sids));
  });

  it('a large world is replaced by a snapshot of it and the changes since', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const text = 'x'.repeat(16_000);
    const [service] = await services(first);
    const conversation = sidOf(await callOk(first, 'createserviceconversation', { ChatServiceSid: service, body: {} }));
    const place = { ChatServiceSid: service, ConversationSid: conversation };
    const write = () => callOk(first, 'createserviceconversationmessage', { ...place, body: { Body: text } });
    for (let i = 0; i < 300; i += 1) await write();
    await eventually(async () => {
      const [row] = await server.query<{ snapshot: string }>('SELECT snapshot FROM understudy.worlds', url);
      expect(Number(row?.snapshot)).toBeGreaterThan(0);
    });
    await write();
    await close(first);
    const [count] = await server.query<{ n: number }>('SELECT count(*)::int AS n FROM understudy.changes', url);
    expect(count?.n).toBeLessThan(100);
    const second = await open(url);
    const latest = await callOk(second, 'listserviceconversationmessage', { ...place, Order: 'desc', PageSize: 1 });
    expect(itemsOf(latest)[0]).toMatchObject({ index: 300, body: text });
  });

  it('a webhook that was not delivered when the server was lost is delivered by the next, with the same token', async () => {
    const url = await server.createDatabase();
    const target = await startWebhookTarget('secret');
    target.respondWith({ hangs: true });
    const options = { authToken: 'secret', webhooks: { timeoutMs: 60_000 } };
    const first = await open(url, options);
    const [service] = await services(first);
    const configuration = {
      PostWebhookUrl: `${target.origin}/events`,
      Method: 'POST',
      Filters: ['onConversationAdded'],
    };
    await callOk(first, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: configuration });
    const input = { ChatServiceSid: service, 'X-Twilio-Webhook-Enabled': 'true', body: {} };
    await callOk(first, 'createserviceconversation', input);
    await eventually(() => expect(target.received).toHaveLength(1));
    await close(first);
    target.respondWith({});
    // It takes the world because something is to be done in it.
    await open(url, options);
    await eventually(() => expect(target.received).toHaveLength(2));
    const tokens = target.received.map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(tokens[1]).toBe(tokens[0]);
    expect(target.received[1]?.parameters).toEqual(target.received[0]?.parameters);
    const third = await open(url, options);
    await close(simulators[0] as Simulator);
    await callOk(third, 'createserviceconversation', input);
    await eventually(() => expect(target.received).toHaveLength(3));
    expect(target.received[2]?.headers['i-twilio-idempotency-token'], 'a new event').not.toBe(tokens[0]);
  });

  it('a call that takes longer than the hand-over of its world is refused, because its change would be lost', async () => {
    const url = await server.createDatabase();
    const options = { authToken: 'secret', webhooks: { timeoutMs: 60_000 }, handOverMs: 50 };
    const first = await open(url, options);
    const second = await open(url, options);
    const [service] = await services(first);
    const place = { ChatServiceSid: service };
    const target = await startWebhookTarget('secret');
    const configuration = { PreWebhookUrl: `${target.origin}/pre`, Filters: ['onConversationAdd'] };
    await callOk(first, 'updateservicewebhookconfiguration', { ...place, body: configuration });
    const hook = new AbortController();
    target.respondWith(async () => {
      await once(hook.signal, 'abort');
      return {};
    });
    const input = { ...place, 'X-Twilio-Webhook-Enabled': 'true', body: {} };
    const outcome = answerOf(first, 'createserviceconversation', input).then(
      ({ status }) => ({ status }),
      (error: unknown) => error,
    );
    await eventually(() => expect(target.received).toHaveLength(1));
    await second.shared?.announce({ rest: 'http://127.0.0.1:1', mcp: 'http://127.0.0.1:1' });
    await first.shared?.handOver();
    hook.abort();
    expect(await outcome).toMatchObject({ name: 'UNDERSTUDY_WORLD_ELSEWHERE', status: 503 });
    expect(itemsOf(await callOk(second, 'listserviceconversation', place))).toEqual([]);
  });

  it('media are there for every server', async () => {
    const url = await server.createDatabase();
    const pool = await openPool(url);
    const [one, other] = [
      new PostgresMedia(pool, createPool(url), noOwner),
      new PostgresMedia(pool, createPool(url), noOwner),
    ];
    const bytes = Buffer.alloc(600_000, 'picture');
    const key = await one.write(Readable.from([bytes]), 1_000_000, (stored) => stored.key);
    const file = await other.find(key);
    expect(file?.size).toBe(bytes.length);
    expect(file && (await buffer(file.open())).equals(bytes)).toBe(true);
    await expect(one.write(Readable.from([bytes]), 1_000_000, noRoom)).rejects.toThrow('no room');
    const small = one.put(Buffer.from('small'));
    await one.settled();
    expect(await other.find(small)).toMatchObject({ size: 5 });
    expect(await other.find('0'.repeat(64))).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('media cannot be read or stored without the database, with an error that says so', async () => {
    const url = 'postgres://understudy@127.0.0.1:1/none';
    const media = new PostgresMedia(createPool(url), createPool(url), noOwner);
    const down = { name: 'UNDERSTUDY_STORE_DOWN', status: 503 };
    await expect(media.find('0'.repeat(64))).rejects.toMatchObject(down);
    await expect(media.write(Readable.from([Buffer.from('a')]), 10, () => undefined)).rejects.toMatchObject(down);
    await media.close();
  });

  it.each([
    ['postgres://understudy:correct-horse@127.0.0.1:1/none', 'ECONNREFUSED'],
    ['postgres://understudy:correct-horse@HERE/missing', 'does not exist'],
  ])('a start without a database says why, without the password: %s', async (url, reason) => {
    const opened = newSimulator({ database: { url: url.replace('HERE', `127.0.0.1:${server.port}`) } });
    const error = await opened.then(
      () => undefined,
      (cause: unknown) => cause as Error,
    );
    expect(error).toMatchObject({ name: 'UNDERSTUDY_BAD_STORE' });
    expect(error?.message).toContain(reason);
    expect(error?.message).not.toContain('correct-horse');
  });

  it('a database of a later version is left alone', async () => {
    const url = await server.createDatabase();
    await close(await open(url));
    await server.query('INSERT INTO understudy.migrations (version) VALUES (999)', url);
    await expect(newSimulator({ database: { url } })).rejects.toThrow('version 999');
  });
});
