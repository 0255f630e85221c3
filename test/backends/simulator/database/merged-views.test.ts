import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { RunningUnderstudy } from '../../../../src/app/understudy.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { eventually } from '../../../helpers/eventually.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { ACCOUNT, call, create, list, metrics, Replicas } from '../../../helpers/replicas.js';

const OTHER = `AC${'b'.repeat(32)}`;

const controlOf = (replica: RunningUnderstudy, name: string, form?: Record<string, string>): Promise<JsonObject> =>
  call(replica, form === undefined ? 'GET' : 'POST', `/__understudy/${name}`, form);

interface Listed {
  readonly exchanges: readonly { id: number; account: string; operation: string; server: string }[];
  readonly total: number;
  readonly unanswered?: readonly string[];
}
const journalOf = async (replica: RunningUnderstudy, query = ''): Promise<Listed> =>
  (await controlOf(replica, `journal/list${query}`)) as unknown as Listed;

describe.skipIf(noPostgres !== undefined)('what several servers on one database have', () => {
  let database: Postgres;
  const replicas = new Replicas();
  beforeAll(async () => {
    database = await Postgres.start();
  });
  afterAll(() => database.stop());
  afterEach(() => replicas.close());

  /** Two servers, each with a world of its own. */
  async function startTwo(settings = {}): Promise<[RunningUnderstudy, RunningUnderstudy, store: string]> {
    const store = await database.createDatabase();
    const [one, two] = [await replicas.start(store, settings), await replicas.start(store, settings)];
    await create(one, 'first');
    await create(two, 'second', OTHER);
    return [one, two, store];
  }

  it('is one journal, in the order of the calls, which each of them shows', async () => {
    const [one, two] = await startTwo();
    await create(two, 'third', OTHER);
    await create(one, 'fourth');
    for (const replica of [one, two]) {
      const { exchanges, total, unanswered } = await journalOf(replica);
      expect(exchanges.map(({ account, server }) => [account, server])).toEqual([
        [ACCOUNT, one.restUrl],
        [OTHER, two.restUrl],
        [OTHER, two.restUrl],
        [ACCOUNT, one.restUrl],
      ]);
      expect(exchanges.map(({ id }) => id)).toEqual(exchanges.map(({ id }) => id).toSorted((a, b) => a - b));
      expect([total, unanswered]).toEqual([4, undefined]);
      const ids = exchanges.map(({ id }) => id);
      expect((await journalOf(replica, `?after=${ids[0]}&limit=2`)).exchanges.map(({ id }) => id)).toEqual(
        ids.slice(1, 3),
      );
      expect((await journalOf(replica, '?limit=1')).exchanges.map(({ id }) => id)).toEqual(ids.slice(3));
      expect((await journalOf(replica, `?ids=[${ids[1]}]`)).exchanges).toHaveLength(1);
    }
    expect((await journalOf(one, '?own=true')).exchanges).toHaveLength(2);
    expect((await controlOf(one, 'journal/curl'))['lines']).toHaveLength(4);
    expect(((await controlOf(one, 'journal/har'))['log'] as { entries: unknown[] }).entries).toHaveLength(4);
    const expectation = { expect: JSON.stringify({ account: OTHER }), least: '2', most: '2' };
    const verified = await call(one, 'POST', '/__understudy/journal/verify', expectation, OTHER);
    expect(verified).toMatchObject({ verified: true, count: 2 });
    await controlOf(two, 'journal/clear', {});
    expect(await journalOf(one)).toMatchObject({ exchanges: [], total: 0 });
  });

  it('names a server that does not answer, and shows what the others have', async () => {
    const [one, , store] = await startTwo();
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      await database.query(
        `INSERT INTO understudy.sessions (id, address, pid, heartbeat)
         VALUES (gen_random_uuid(), '${address}', 0, clock_timestamp() + interval '1 hour')`,
        store,
      );
      const { exchanges, unanswered } = await journalOf(one);
      expect(exchanges).toHaveLength(2);
      expect(unanswered).toEqual([address]);
      const input = { expect: '{}', least: '1', most: '1' };
      expect(await controlOf(one, 'journal/verify', input)).toMatchObject({
        verified: false,
        reason: expect.stringContaining(address),
      });
      expect(await controlOf(one, 'journal/verify', { expect: '{}' })).toMatchObject({ verified: true });
      expect(await controlOf(one, 'worlds/list')).toMatchObject({ unanswered: [address] });
    } finally {
      silent.close();
    }
  });

  it('is one list of worlds, with their owners, also of those that no server has in memory', async () => {
    const [one, two, store] = await startTwo();
    await database.query(`INSERT INTO understudy.worlds (account, epoch) VALUES ('AC${'c'.repeat(32)}', 1)`, store);
    for (const replica of [one, two]) {
      const { worlds } = (await controlOf(replica, 'worlds/list')) as { worlds: JsonObject[] };
      const found = Object.fromEntries(worlds.map((world) => [world['account_sid'], world]));
      expect(found[ACCOUNT]).toMatchObject({ server: one.restUrl, records: { conversations: 1 } });
      expect(found[OTHER]).toMatchObject({ server: two.restUrl, records: { conversations: 1 } });
      expect(found[`AC${'c'.repeat(32)}`]).toMatchObject({ server: null, records: null });
    }
    expect(await metrics(one)).toMatch(
      new RegExp(`^understudy_store_world_epoch\\{account="${ACCOUNT}",server="${one.restUrl}",.*\\} 1$`, 'm'),
    );
    expect(await metrics(one)).not.toContain(OTHER);
  });

  it('is one stream of events for the page', async () => {
    const [one, two] = await startTwo();
    const end = new AbortController();
    const response = await fetch(`${one.restUrl}/__understudy/events`, { signal: end.signal });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    })().catch(() => undefined);
    // The stream of the other server begins with an event that says that anything may have changed.
    await eventually(() => expect(text.match(/^data: null$/gm)).toHaveLength(2));
    await create(two, 'third', OTHER);
    await eventually(() => expect(text).toContain(`"account":"${OTHER}","wrote":true`));
    await replicas.stop(two);
    await eventually(() => expect(text.match(/^data: null$/gm)).toHaveLength(3));
    end.abort();
    await reading;
  });

  it('is one count of each fault rule: it never applies to more calls than it may', async () => {
    const [one, two] = await startTwo();
    await controlOf(one, 'faults/add', { status: '429', operation: 'listconversation', times: '5' });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? list(one) : list(two, OTHER)).then(
          () => 200,
          () => 429,
        ),
      ),
    );
    expect(outcomes.filter((status) => status === 429)).toHaveLength(5);
    for (const replica of [one, two])
      expect(await controlOf(replica, 'faults/list')).toMatchObject({ faults: [{ happened: 5 }] });
    await controlOf(two, 'faults/clear', {});
    await controlOf(one, 'faults/add', { status: '429', operation: 'listconversation' });
    for (const calling of [list(one), list(two, OTHER), list(two, OTHER)]) await expect(calling).rejects.toThrow('429');
    for (const replica of [one, two])
      await eventually(async () =>
        expect(await controlOf(replica, 'faults/list')).toMatchObject({ faults: [{ happened: 3 }] }),
      );
  });

  it('is one report of the contract suite', async () => {
    const [one, two, store] = await startTwo();
    const lists = Object.fromEntries(['drifts', 'accepted', 'stale', 'scenarios', 'fidelity'].map((key) => [key, []]));
    const report = JSON.stringify({ 'understudy-contract': 1, ...lists });
    await controlOf(one, 'contract/keep', { report });
    expect(await controlOf(two, 'contract/show')).toMatchObject({ report: { 'understudy-contract': 1 } });
    const three = await replicas.start(store);
    expect(await controlOf(three, 'contract/show')).toMatchObject({ report: { 'understudy-contract': 1 } });
  });
});
