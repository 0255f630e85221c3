import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import type { SimulatorOptions } from '../../../../src/backends/simulator/simulator-options.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { answerOf, control, createService, services } from '../../../helpers/simulator-calls.js';
import { ACCOUNT, itemsOf, newSimulator } from '../../../helpers/simulator.js';

type Place = Pick<SimulatorOptions, 'dataFile' | 'database'>;

let database: Postgres | undefined;
beforeAll(async () => {
  if (noPostgres === undefined) database = await Postgres.start();
});
afterAll(() => database?.stop());

function newFile(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-stores-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return Promise.resolve({ dataFile: join(folder, 'worlds.json') });
}

async function newDatabase(): Promise<Place> {
  return { database: { url: (await database?.createDatabase()) ?? '' } };
}

const open = (place: Place): Promise<Simulator> =>
  newSimulator({ clock: { mode: 'real' }, rngSeed: undefined, defaultService: false, ...place });

async function call(...args: Parameters<typeof answerOf>): Promise<JsonObject> {
  const { status, body } = await answerOf(...args);
  return { status, ...(body?.value as JsonObject) };
}

const places: [name: string, newPlace: () => Promise<Place>][] = [['a data file', newFile]];
if (noPostgres === undefined) places.push(['PostgreSQL', newDatabase]);

describe.each(places)('worlds in %s', (_, newPlace) => {
  it('are the same after a restart, record by record, and continue', async () => {
    const place = await newPlace();
    const before = await open(place);
    const ChatServiceSid = await createService(before, 'one');
    const { sid: ConversationSid } = await call(before, 'createserviceconversation', { ChatServiceSid, body: {} });
    const inside = { ChatServiceSid, ConversationSid };
    const write = (simulator: Simulator, Body: string) =>
      call(simulator, 'createserviceconversationmessage', { ...inside, body: { Body } });
    await write(before, 'a\nline, "quotes", \u0000 and \u{1F600}');
    const gone = await write(before, 'gone');
    await call(before, 'deleteserviceconversationmessage', { ...inside, Sid: gone['sid'] });
    const listed = await call(before, 'listserviceconversationmessage', inside);
    await before.close();

    const after = await open(place);
    expect(await call(after, 'listserviceconversationmessage', inside)).toEqual(listed);
    await write(after, 'next');
    const messages = itemsOf(await call(after, 'listserviceconversationmessage', inside));
    expect(messages.map(({ index }) => index)).toEqual([0, 2]);
    await after.close();
  });

  it('contain what many calls at once have written, of every account', async () => {
    const place = await newPlace();
    const other = `AC${'b'.repeat(32)}`;
    const before = await open(place);
    const accounts = Array.from({ length: 40 }, (_each, i) => (i % 2 === 0 ? ACCOUNT : other));
    const sids = await Promise.all(accounts.map((account, i) => createService(before, `${i}`, account)));
    await before.close();
    const after = await open(place);
    for (const account of [ACCOUNT, other]) {
      const own = sids.filter((_sid, i) => accounts[i] === account);
      expect(new Set(await services(after, account))).toEqual(new Set(own));
    }
    await after.close();
  });

  it('contain nothing of a refused call', async () => {
    const place = await newPlace();
    const before = await open(place);
    const sid = await createService(before, 'one');
    expect(await call(before, 'createservice', { body: {} })).toMatchObject({ status: 400 });
    await before.close();
    const after = await open(place);
    expect(await services(after)).toEqual([sid]);
    await after.close();
  });

  it('can be restored, copied and deleted, also before a restart', async () => {
    const place = await newPlace();
    const copy = `AC${'c'.repeat(32)}`;
    const before = await open(place);
    const sid = await createService(before, 'one');
    await control(before, 'worlds.snapshot', { name: 'a' });
    await createService(before, 'two');
    await control(before, 'worlds.restore', { name: 'a' });
    await control(before, 'worlds.fork', { to: copy });
    const copied = await createService(before, 'three', copy);
    await before.close();
    const after = await open(place);
    expect(await services(after)).toEqual([sid]);
    expect(new Set(await services(after, copy))).toEqual(new Set([sid, copied]));
    await control(after, 'worlds.delete', {}, copy);
    await after.close();
    const last = await open(place);
    expect(await services(last, copy)).toEqual([]);
    expect(await services(last)).toEqual([sid]);
    await last.close();
  });
});
