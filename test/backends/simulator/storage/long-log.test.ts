/** A start applies everything in the log to the worlds of the document: in any world, in order, and once or twice. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import { decodeHeader, encodeLine } from '../../../../src/backends/simulator/storage/log-line.js';
import type { Json, JsonObject } from '../../../../src/core/body.js';
import type { Input } from '../../../../src/core/operation.js';
import { binding, newSimulator, ORIGIN, sidOf } from '../../../helpers/simulator.js';

/** The service in the seed. */
const desk = 'IS5e0000000000000000000000000000d1';
const [copied, deleted, again] = ['b', 'c', 'd'].map((digit) => `AC${digit.repeat(32)}`) as [string, string, string];

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-log-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (file = dataFile): Promise<Simulator> => newSimulator({ dataFile: file, seed: 'support-desk' });

async function call(simulator: Simulator, operation: string, input: Input, account?: string): Promise<JsonObject> {
  const bound = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN, account });
  const { status, body } = await simulator.answer(bound.call);
  if (status >= 300) throw new Error(`${operation} failed with ${status} ${body?.text}`);
  return (body?.value ?? {}) as JsonObject;
}

async function control({ controls }: Simulator, name: string, input: JsonObject = {}, account?: string): Promise<Json> {
  return (await controls.find((each) => each.name === name)?.run(account, input)) as Json;
}

/** Creates, changes and deletes records. */
async function write(simulator: Simulator, account?: string): Promise<void> {
  const inside = { ChatServiceSid: desk, ConversationSid: 'order-1042' };
  const message = async (verb: string, input: Input): Promise<string> =>
    sidOf({
      sid: '',
      ...(await call(simulator, `${verb}serviceconversationmessage`, { ...inside, ...input }, account)),
    });
  const kept = await message('create', { body: { Body: 'kept' } });
  await message('update', { Sid: kept, body: { Body: 'changed', Attributes: '{"a":1}' } });
  const gone = await message('create', { body: { Body: 'gone' } });
  await message('delete', { Sid: gone });
}

/** Copies, replaces and deletes worlds, and writes to them before and after. */
async function useWorlds(simulator: Simulator): Promise<void> {
  await write(simulator);
  await control(simulator, 'worlds.snapshot', { name: 'early' });
  await control(simulator, 'worlds.fork', { to: copied });
  await call(simulator, 'deleteserviceuser', { ChatServiceSid: desk, Sid: 'grace' });
  await write(simulator, copied);
  await call(simulator, 'deleteserviceconversation', { ChatServiceSid: desk, Sid: 'order-1042' }, copied);
  for (const account of [deleted, again]) {
    await write(simulator, account);
    await control(simulator, 'worlds.delete', {}, account);
  }
  await write(simulator, again);
  await write(simulator);
  await control(simulator, 'worlds.restore', { name: 'early' });
  await write(simulator);
  await call(simulator, 'updateserviceconfiguration', { ChatServiceSid: desk, body: { ReachabilityEnabled: 'true' } });
  await control(simulator, 'worlds.reset', {}, again);
  await write(simulator, again);
}

/** Everything in all worlds. */
async function exportAll(simulator: Simulator): Promise<unknown[]> {
  const { worlds } = (await control(simulator, 'worlds.list')) as { worlds: { account_sid: string }[] };
  const exported = [];
  for (const { account_sid: account } of worlds) {
    exported.push(JSON.parse(JSON.stringify(await control(simulator, 'worlds.export', {}, account))) as unknown);
  }
  return exported;
}

/** Copies of the files as a crash would leave them. */
function copyFiles(): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  for (const suffix of ['', '.log', '.media']) cpSync(`${dataFile}${suffix}`, `${copy}${suffix}`, { recursive: true });
  return copy;
}

const linesOf = (file: string): string[] => readFileSync(`${file}.log`, 'utf8').trimEnd().split('\n');
const jsonOf = (line: string): string => line.replace(/^\d+ \d+ \w{8} /, '');

/** Adds lines to a log. */
function addLines(file: string, added: readonly string[]): void {
  const lines = linesOf(file);
  const { generation = 0 } = decodeHeader(Buffer.from(lines[0] ?? '')) ?? {};
  const encoded = added.map((json, i) => encodeLine({ number: lines.length + i, synced: 0, json }, generation));
  writeFileSync(`${file}.log`, `${lines.join('\n')}\n${encoded.join('')}`);
}

describe('after a crash', () => {
  it('each world is what it was, whatever was copied, replaced, deleted or changed before', async () => {
    const first = await open();
    await useWorlds(first);
    const second = await open(copyFiles());
    expect(second.worlds.all().map(({ world }) => world.account)).toHaveLength(3);
    expect(await exportAll(second)).toEqual(await exportAll(first));
    await second.close();
    await first.close();
  });

  it('changes that the document has already may be in the log, too', async () => {
    const first = await open();
    await useWorlds(first);
    const changes = linesOf(dataFile).slice(2).map(jsonOf);
    expect(changes.length).toBeGreaterThan(20);
    const worlds = await exportAll(first);
    await first.close();
    addLines(dataFile, changes);
    const second = await open();
    expect(await exportAll(second)).toEqual(worlds);
    await second.close();
  });
});

describe('a log with correct checksums is refused, and all files stay as they are, if', () => {
  const account = `AC${'0'.repeat(31)}1`;
  const sid = `US${'e'.repeat(32)}`;
  const changes = (...list: unknown[]) => ({ account, sequence: 9999, stamp: 1, moment: 1, changes: list });

  it.each<[string, unknown, RegExp]>([
    [
      'it adds a record without its parent',
      changes(['messages', { sid: `IM${'e'.repeat(32)}`, seq: 9000, dateCreated: 1, dateUpdated: 1 }]),
      /with the changes in .*worlds\.json\.log, in the world of AC\d+1, IMe+ of the messages/,
    ],
    ['it deletes a service and leaves its users', changes(['services', desk]), /with the changes in .* has no parent/],
    ['it has changes of an unknown kind of record', changes(['parrots', { sid, seq: 9000 }]), /"parrots" is unknown/],
    ['it makes the counters invalid', { ...changes(), sequence: -1 }, /with the changes in .* a world is incomplete/],
    ['it changes a world that does not exist', { ...changes(), account: copied }, /the world of ACb+ has only changes/],
    ['a change has no table', changes([5, sid]), /line \d+ is not a change/],
    ['a change has no record', changes(['users', null]), /line \d+ is not a change/],
    ['the changes are no list', { ...changes(), changes: {} }, /line \d+ is not a change/],
    ['a world is not one', { world: { account } }, /line \d+ is not a change/],
    ['a line is something else', { parrots: [] }, /line \d+ is not a change/],
  ])('%s', async (_what, line, reason) => {
    const first = await open();
    await write(first);
    await first.close();
    addLines(dataFile, [JSON.stringify(line)]);
    const before = ['', '.log'].map((suffix) => readFileSync(`${dataFile}${suffix}`, 'utf8'));
    const start = open();
    await expect(start).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_DATA_FILE' });
    const { message } = (await start.catch((error: unknown) => error)) as Error;
    expect(message).toMatch(reason);
    expect(message).toContain('It was not changed');
    expect(['', '.log'].map((suffix) => readFileSync(`${dataFile}${suffix}`, 'utf8'))).toEqual(before);
  });
});
