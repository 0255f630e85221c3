import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import type { SimulatorOptions } from '../../../../src/backends/simulator/simulator-options.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { eventually } from '../../../helpers/eventually.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { callOk, control, createService, services } from '../../../helpers/simulator-calls.js';
import { ACCOUNT, newSimulator } from '../../../helpers/simulator.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';

const OTHER = `AC${'b'.repeat(32)}`;

const elsewhere = { name: 'UNDERSTUDY_WORLD_ELSEWHERE', status: 503 };

describe.skipIf(noPostgres !== undefined)('the owner of a world in PostgreSQL', () => {
  let server: Postgres;
  const simulators: Simulator[] = [];
  beforeAll(async () => {
    server = await Postgres.start();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const simulator of simulators.splice(0)) await simulator.close();
  });

  async function open(
    url: string,
    { handOverMs, ...options }: Partial<SimulatorOptions> & { handOverMs?: number } = {},
  ): Promise<Simulator> {
    const simulator = await newSimulator({
      clock: { mode: 'real' },
      rngSeed: undefined,
      defaultService: false,
      ...options,
      database: { url, handOverMs },
    });
    simulators.push(simulator);
    return simulator;
  }

  /** Resolves when a server has sent heartbeats for a time in milliseconds. */
  async function heartbeatsFor(milliseconds: number, url: string): Promise<void> {
    const read = async (): Promise<number> => {
      const text = 'SELECT extract(epoch FROM min(heartbeat))::float8 * 1000 AS at FROM understudy.sessions';
      return (await server.query<{ at: number }>(text, url))[0]?.at ?? 0;
    };
    const begun = await read();
    await eventually(async () => expect(await read()).toBeGreaterThan(begun + milliseconds));
  }

  it('keeps it while a write takes long, and the write is stored', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await open(url), await open(url)];
    await createService(first, 'one');
    const release = await server.hold('LOCK TABLE understudy.changes IN EXCLUSIVE MODE', url);
    const writing = createService(first, 'slow').catch((error: unknown) => error);
    // Longer than a server may be silent.
    await heartbeatsFor(4000, url);
    await expect(services(second)).rejects.toMatchObject(elsewhere);
    await release();
    const sid = await writing;
    expect(await services(first)).toContain(sid);
  });

  it('loses it when only the connection with the locks is cut during a long write', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await open(url), await open(url)];
    const sid = await createService(first, 'one');
    const release = await server.hold('LOCK TABLE understudy.changes IN EXCLUSIVE MODE', url);
    const writing = createService(first, 'slow').catch((error: unknown) => error);
    await heartbeatsFor(1000, url);
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted", url);
    await release();
    expect(await writing).toMatchObject({ name: 'UNDERSTUDY_NOT_CONFIRMED' });
    await eventually(async () => expect(await services(second)).toEqual([sid]));
  });

  it('refuses a control that takes longer than the hand-over of its world, because its change would be lost', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await open(url, { handOverMs: 50 }), await open(url)];
    const target = await startWebhookTarget('secret');
    const hook = new AbortController();
    target.respondWith(async () => {
      await once(hook.signal, 'abort');
      return {};
    });
    const sid = await createService(first, 'one');
    const place = { ChatServiceSid: sid };
    const { sid: conversation } = await callOk(first, 'createserviceconversation', { ...place, body: {} });
    const configuration = { PreWebhookUrl: `${target.origin}/pre`, Filters: ['onConversationUpdate'] };
    await callOk(first, 'updateservicewebhookconfiguration', { ...place, body: configuration });
    const input = { sid: conversation, state: 'closed' };
    const outcome = control(first, 'conversations.set-state', input).catch((error: unknown) => error);
    await eventually(() => expect(target.received).toHaveLength(1));
    await second.shared?.announce({ rest: 'http://127.0.0.1:1', mcp: 'http://127.0.0.1:1' });
    await first.shared?.handOver();
    expect(await services(second)).toEqual([sid]);
    hook.abort();
    expect(await outcome).toMatchObject({ name: 'UNDERSTUDY_NOT_CONFIRMED', status: 503 });
  });

  it('tells a control that waits that the world has moved', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await open(url, { handOverMs: 0 }), await open(url)];
    await createService(first, 'one');
    const waiting = control(first, 'webhooks.wait', { timeout: 1000 }).catch((error: unknown) => error);
    // It has the world until it is handed over.
    await services(first);
    await second.shared?.announce({ rest: 'http://127.0.0.1:1', mcp: 'http://127.0.0.1:1' });
    await first.shared?.handOver();
    expect(await waiting).toMatchObject(elsewhere);
  });

  it('gives it to another server that must have several worlds, for a copy, a comparison or an import', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await open(url), await open(url)];
    const sid = await createService(first, 'one');
    await createService(second, 'two', OTHER);
    const { lines } = await control(second, 'worlds.diff', { from: ACCOUNT }, OTHER);
    expect(lines).not.toEqual([]);
    const document = await control(second, 'worlds.export', {}, ACCOUNT);
    await control(second, 'worlds.fork', { to: ACCOUNT }, OTHER);
    expect(await services(second)).toEqual(await services(second, OTHER));
    await expect(services(first)).rejects.toMatchObject(elsewhere);
    await control(
      first,
      'worlds.import',
      { document: JSON.parse(JSON.stringify(document)) as JsonObject },
      `AC${'c'.repeat(32)}`,
    );
    expect(await services(first)).toEqual([sid]);
  });
});
