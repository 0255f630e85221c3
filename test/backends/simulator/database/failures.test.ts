import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Pool } from 'pg';
import { FaultRules } from '../../../../src/backends/simulator/database/fault-rules.js';
import { createPool, openPool } from '../../../../src/backends/simulator/database/open-pool.js';
import { PostgresMedia } from '../../../../src/backends/simulator/database/postgres-media.js';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import { eventually } from '../../../helpers/eventually.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { createService } from '../../../helpers/simulator-calls.js';
import { ACCOUNT, newSimulator } from '../../../helpers/simulator.js';

const SESSION = '00000000-0000-4000-8000-000000000000';

describe.skipIf(noPostgres !== undefined)('failures of a database', () => {
  let server: Postgres;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    server = await Postgres.start();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function start(url: string, onWarning: (message: string) => void = () => undefined): Promise<Simulator> {
    const simulator = await newSimulator({ clock: { mode: 'real' }, rngSeed: undefined, database: { url }, onWarning });
    ends.push(() => simulator.close());
    return simulator;
  }

  it('a small file that could not be stored is stored before the next change, which may name it', async () => {
    const url = await server.createDatabase();
    const pool = await openPool(url);
    const uploads = createPool(url);
    const media = new PostgresMedia(pool, uploads, () => undefined);
    ends.push(() => media.close());
    const connect = vi.spyOn(uploads, 'connect').mockImplementation(() => Promise.reject(new Error('too many')));
    const key = media.put(Buffer.from('small'));
    await eventually(() => expect(connect).toHaveBeenCalled());
    await expect(media.settled()).rejects.toMatchObject({ name: 'UNDERSTUDY_STORE_DOWN' });
    expect(await media.find(key), 'still in memory').toMatchObject({ size: 5 });
    connect.mockRestore();
    await media.settled();
    expect(await server.query('SELECT key FROM understudy.media', url)).toEqual([{ key }]);
  });

  it('a server does not start without the secret that signs access tokens', async () => {
    const url = await server.createDatabase();
    await (await openPool(url)).end();
    await server.query('DELETE FROM understudy.secrets', url);
    await expect(start(url)).rejects.toThrow(/cannot be used: its table understudy\.secrets lacks the row/);
  });

  it('a server that has lost a world does not change which media it uses', async () => {
    const url = await server.createDatabase();
    const pool = await openPool(url);
    let epoch = 1;
    const media = new PostgresMedia(pool, createPool(url), () => ({ session: SESSION, epoch }));
    ends.push(() => media.close());
    await server.query(
      `INSERT INTO understudy.worlds (account, epoch, owner) VALUES ('${ACCOUNT}', 2, '${SESSION}')`,
      url,
    );
    const uses = async () => {
      await media.retained();
      return (await server.query<{ key: string }>('SELECT key FROM understudy.media_uses', url)).map(({ key }) => key);
    };
    const retain = (key: string): void => media.retain(new Set([key]), new Map([[ACCOUNT, new Set([key])]]));
    retain('late');
    expect(await uses()).toEqual([]);
    epoch = 2;
    retain('new');
    expect(await uses()).toEqual(['new']);
    epoch = 1;
    retain('late');
    expect(await uses()).toEqual(['new']);
  });

  it('a world whose rows cannot be read is in the log, and in the error of its callers', async () => {
    const url = await server.createDatabase();
    const before = await start(url);
    await createService(before, 'one');
    await ends.pop()?.();
    await server.query(`UPDATE understudy.changes SET body = '{'`, url);
    await server.query('UPDATE understudy.worlds SET due = now()', url);
    const warnings: string[] = [];
    const simulator = await start(url, (message) => warnings.push(message));
    await eventually(() => expect(warnings.join('\n')).toContain(`Cannot take the world of ${ACCOUNT}`));
    await expect(createService(simulator, 'one')).rejects.toMatchObject({
      name: 'UNDERSTUDY_BAD_STORE',
      message: expect.stringContaining(`The world of ${ACCOUNT}`),
    });
  });

  it('fault rules that could not be read are read again', async () => {
    const url = await server.createDatabase();
    const pool = await openPool(url);
    ends.push(() => pool.end());
    await server.query(`INSERT INTO understudy.fault_rules (rule) VALUES ('{"status":429}')`, url);
    let isDown = true;
    const query = ((...args: Parameters<Pool['query']>) =>
      isDown ? Promise.reject(new Error('down')) : pool.query(...args)) as Pool['query'];
    const rules = new FaultRules({ query }, { session: { id: SESSION } as never });
    const seen: object[] = [];
    rules.subscribe((all) => seen.push(...all));
    await rules.settled();
    expect(seen).toEqual([]);
    isDown = false;
    rules.readIfStale();
    await rules.settled();
    expect(seen).toEqual([{ id: 1, rule: { status: 429 }, happened: 0 }]);
    rules.readIfStale();
    await rules.settled();
    expect(seen, 'only once').toHaveLength(1);
    // The caller takes a failed claim for a rule that has applied as often as it may.
    isDown = true;
    expect(await rules.claim(1, 5)).toBe(false);
    isDown = false;
    rules.readIfStale();
    await rules.settled();
    expect(seen, 'after a failed claim').toHaveLength(2);
  });
});
