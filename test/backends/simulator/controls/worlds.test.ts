import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SimWorld } from '../../../../src/index.js';
import { callOk, createDesk, sidOf, startSim } from '../../../helpers/sim.js';

/** The responses of every list operation, as text. */
async function readAll(world: SimWorld): Promise<string> {
  const responses: string[] = [];
  const services = (await callOk(world, 'listservice'))['services'] as { sid: string }[];
  responses.push(JSON.stringify(services));
  for (const { sid: ChatServiceSid } of services) {
    const inside = { ChatServiceSid };
    for (const operation of ['listserviceuser', 'listservicerole', 'listservicebinding', 'fetchserviceconfiguration']) {
      responses.push(JSON.stringify(await callOk(world, operation, inside)));
    }
    const list = await callOk(world, 'listserviceconversation', inside);
    responses.push(JSON.stringify(list));
    for (const { sid: ConversationSid } of list['conversations'] as unknown as { sid: string }[]) {
      const within = { ...inside, ConversationSid };
      for (const noun of ['message', 'participant', 'scopedwebhook']) {
        responses.push(JSON.stringify(await callOk(world, `listserviceconversation${noun}`, within)));
      }
    }
  }
  return responses.join('\n');
}

async function setUp() {
  const sim = await startSim({ seed: 'support-desk' });
  const world = sim.world('worlds');
  return { sim, world, before: await readAll(world) };
}

test('restoring a snapshot gives the same responses and resets the clock', async () => {
  const { world, before } = await setUp();
  await world.snapshot('start');
  await createDesk(world);
  await world.clock.advance('P1D');
  expect(await readAll(world)).not.toBe(before);
  await world.restore('start');
  expect(await readAll(world)).toBe(before);
  expect((await world.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
  await expect(world.restore('end')).rejects.toThrow('has no snapshot "end"');
});

test('the same calls after a restore give the same responses', async () => {
  const { world } = await setUp();
  await world.snapshot('start');
  const first = await createDesk(world);
  await world.restore('start');
  expect(await createDesk(world)).toEqual(first);
});

test('a fork is independent of its original', async () => {
  const { world, before } = await setUp();
  const fork = await world.fork();
  expect((await readAll(fork)).replaceAll(fork.accountSid, world.accountSid)).toBe(before);
  await createDesk(fork);
  expect(await readAll(world)).toBe(before);
  await world.clock.advance('PT1H');
  expect((await fork.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
});

test('importing an export gives the same responses, in the same and in another world', async () => {
  const { sim, world, before } = await setUp();
  const file = JSON.parse(JSON.stringify(await world.export())) as Awaited<ReturnType<SimWorld['export']>>;
  expect(file).toMatchObject({ format: 'understudy-worlds', version: 1, worlds: [{ account: world.accountSid }] });
  await world.reset({ seed: 'empty' });
  await world.import(file);
  expect(await readAll(world)).toBe(before);
  expect(JSON.stringify(await world.export())).toBe(JSON.stringify(file));
  const other = sim.world('other');
  await other.import(file);
  expect((await readAll(other)).replaceAll(other.accountSid, world.accountSid)).toBe(before);
});

test('a world is exported to a file and imported from it', async () => {
  const { sim, world, before } = await setUp();
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'world.json');
  await world.exportTo(file);
  const other = sim.world('other');
  await other.importFrom(file);
  expect((await readAll(other)).replaceAll(other.accountSid, world.accountSid)).toBe(before);
  const others = { '{"sid":"IS1"}': 'it has no "format"', '[]': 'must be object', '{': 'is not an exported world' };
  for (const [text, reason] of Object.entries(others)) {
    writeFileSync(file, text);
    await expect(other.importFrom(file)).rejects.toThrow(reason);
  }
});

test.each([
  [{}, 'it has no "format"'],
  [{ format: 'understudy-worlds', version: 9, worlds: [] }, 'its version is 9'],
  [{ format: 'understudy-worlds', version: 1, worlds: [{}] }, 'a world is incomplete'],
])('an invalid export is refused and changes nothing: %o', async (document, message) => {
  const { world, before } = await setUp();
  await expect(world.control('worlds.import', { document })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining(message),
  });
  expect(await readAll(world)).toBe(before);
});

test('a diff is a readable list', async () => {
  const { sim, world } = await setUp();
  await world.snapshot('start');
  const { service, conversation } = await createDesk(world);
  await callOk(world, 'updateserviceconversation', {
    ChatServiceSid: service,
    Sid: conversation,
    body: { State: 'closed' },
  });
  const { lines, differences } = await world.diff('start');
  expect(lines).toContain(`added conversations ${conversation}`);
  expect(differences).toContainEqual({ kind: 'added', records: 'services', sid: service, fields: [] });
  await world.snapshot('created');
  await callOk(world, 'deleteserviceconversation', { ChatServiceSid: service, Sid: conversation });
  await callOk(world, 'deleteservice', { Sid: service });
  expect((await world.diff('created')).lines).toContain(`removed conversations ${conversation}`);
  expect((await world.diff('start')).lines).toEqual([]);
  const fork = await world.fork();
  const created = sidOf(await callOk(fork, 'createservice', { body: { FriendlyName: 'New' } }));
  expect((await world.diff(world.accountSid, fork.accountSid)).lines).toContain(`added services ${created}`);
  expect(sim.accountSid).toMatch(/^AC0+$/);
});

test('a reset starts over from the initial seed, another seed, or a seed given as YAML', async () => {
  const { world, before } = await setUp();
  const first = await createDesk(world);
  await world.clock.advance('P1D');
  await world.reset();
  expect(await readAll(world)).toBe(before);
  expect((await world.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
  expect(await createDesk(world)).toEqual(first);
  await world.reset({ seed: 'empty' });
  expect(await callOk(world, 'listservice')).toMatchObject({
    services: [{ friendly_name: 'Default Conversations Service' }],
  });
  await world.clock.advance('PT1H');
  await expect(world.reset({ seed: 'no-such-seed' })).rejects.toThrow('no-such-seed');
  await expect(world.reset({ yaml: 'services: [{ roles: 5 }]' })).rejects.toMatchObject({ status: 400 });
  expect((await world.clock.show()).now).toBe('2026-01-01T01:00:00.000Z');
  expect(await callOk(world, 'listservice')).toMatchObject({
    services: [{ friendly_name: 'Default Conversations Service' }],
  });
});

test('the list contains the number of records in each world', async () => {
  const { sim, world } = await setUp();
  const { worlds } = (await sim.control('worlds.list')) as unknown as {
    worlds: { account_sid: string; records: object }[];
  };
  expect(worlds.map(({ account_sid }) => account_sid)).toEqual([sim.accountSid, world.accountSid]);
  expect(worlds[1]?.records).toMatchObject({ services: expect.any(Number), messages: expect.any(Number) });
});

test('each world has its own snapshots, which can be deleted', async () => {
  const { sim, world } = await setUp();
  for (let i = 0; i < 100; i += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one snapshot after the other
    await world.snapshot(`number ${i}`);
  }
  await expect(world.snapshot('one more')).rejects.toThrow('has 100 snapshots, which is the limit');
  await world.snapshot('number 1');
  await sim.world('another').snapshot('one more');
  await world.deleteSnapshot('number 1');
  await expect(world.restore('number 1')).rejects.toThrow('has no snapshot "number 1"');
  await expect(world.deleteSnapshot('number 1')).rejects.toThrow('has no snapshot "number 1"');
  await world.snapshot('one more');
});

test('a deleted world is new at its next use, and has no snapshots', async () => {
  const { world, before } = await setUp();
  await world.snapshot('start');
  await createDesk(world);
  await world.delete();
  expect(await readAll(world)).toBe(before);
  await expect(world.restore('start')).rejects.toThrow('has no snapshot "start"');
});

test('a deleted world does not come back when the server starts again', async () => {
  const dataFile = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'worlds.json');
  const first = await startSim({ dataFile });
  const { service } = await createDesk(first.world('gone'));
  await first.world('gone').delete();
  await first.close();
  const second = await startSim({ dataFile });
  const { services } = await callOk(second.world('gone'), 'listservice');
  expect(JSON.stringify(services)).not.toContain(service);
});

/** An export with one change. */
async function changedExport(change: (world: Record<string, never>) => void) {
  const { world } = await setUp();
  await createDesk(world);
  await world.receipts.setRules([{ address: '*', steps: [{ after: 'PT1S', status: 'read' }] }]);
  const document = JSON.parse(JSON.stringify(await world.export())) as { worlds: Record<string, never>[] };
  for (const each of document.worlds) change(each);
  return world.control('worlds.import', { document });
}

const firstOf = (world: Record<string, never>, kind: string) =>
  (world['records'] as unknown as Record<string, Record<string, unknown>[]>)[kind]?.[0] ?? {};

test.each<[string, (world: Record<string, unknown>) => unknown]>([
  ['an account that is no account SID', (world) => (world['account'] = '__proto__')],
  ['a sequence that no SID can hold', (world) => (world['sequence'] = Number.MAX_SAFE_INTEGER)],
  ['a negative sequence', (world) => (world['sequence'] = -1)],
  ['a time that is no time', (world) => (world['moment'] = 1e300)],
  ['a former SID without sequence', (world) => (world['formerSids'] = { IM1: 'x' })],
  ['rules that are no rules', (world) => (world['receiptRules'] = [1])],
  ['rules without steps', (world) => (world['receiptRules'] = [{ address: '*' }])],
  [
    'rules with an unknown status',
    (world) => (world['receiptRules'] = [{ address: '*', steps: [{ after: 1, status: 'lost' }] }]),
  ],
  [
    'a record with the SID of another kind',
    (world) => (firstOf(world as never, 'messages')['sid'] = `CH${'1'.repeat(32)}`),
  ],
  ['a record with a text as SID', (world) => (firstOf(world as never, 'messages')['sid'] = '__proto__')],
  ['a record with a date beyond all calendars', (world) => (firstOf(world as never, 'messages')['dateCreated'] = 1e15)],
  ['a record without a sequence number', (world) => (firstOf(world as never, 'messages')['seq'] = -1)],
  ['a conversation in an unknown state', (world) => (firstOf(world as never, 'conversations')['state'] = 'lost')],
  ['a message whose attributes are not JSON', (world) => (firstOf(world as never, 'messages')['attributes'] = '{')],
  ['a message whose body is an object', (world) => (firstOf(world as never, 'messages')['body'] = {})],
  [
    'two conversations with the same unique name',
    (world) => {
      for (const each of (world['records'] as Record<string, Record<string, unknown>[]>)['conversations'] ?? []) {
        each['uniqueName'] = 'same';
      }
    },
  ],
])('an export with %s is refused', async (_, change) => {
  await expect(changedExport(change)).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_REQUEST', status: 400 });
});

test('an export is refused if any field of a record has a value that no call could have given it', async () => {
  const { world } = await setUp();
  await createDesk(world);
  await callOk(world, 'createconfigurationaddress', { body: { Type: 'sms', Address: '+15550001111' } });
  await callOk(world, 'createcredential', { body: { Type: 'fcm', Secret: 'x' } });
  const { worlds } = JSON.parse(JSON.stringify(await world.export())) as { worlds: Record<string, unknown>[] };
  const records = worlds[0]?.['records'] as Record<string, Record<string, unknown>[]>;
  const fields = Object.entries(records).flatMap(([kind, [first = {}]]) =>
    Object.keys(first).map((name) => [kind, name] as const),
  );
  expect(new Set(fields.map(([kind]) => kind)).size).toBeGreaterThan(10);
  const accepted: string[] = [];
  for (const [kind, name] of fields) {
    const changed = structuredClone(worlds);
    firstOf(changed[0] as never, kind)[name] = [[]];
    const document = { format: 'understudy-worlds', version: 2, worlds: changed };
    // oxlint-disable-next-line no-await-in-loop -- one import after the other
    const status = await world.control('worlds.import', { document }).then(
      () => 200,
      (error: { status: number }) => error.status,
    );
    if (status !== 400) accepted.push(`${name} of ${kind}: ${status}`);
  }
  expect(accepted).toEqual([]);
});

test.each([
  'messagingServiceSid',
  'defaultInactiveTimer',
  'defaultClosedTimer',
  'accountWebhooks',
  'defaultServiceSid',
  'autocreateIn',
  'receiptRules',
  'initializationTime',
])('an export with a wrong %s is refused', async (setting) => {
  await expect(changedExport((world) => (world[setting] = 'P1X;' as never))).rejects.toMatchObject({ status: 400 });
});

test('an export without a change is not refused', async () => {
  expect(await changedExport(() => undefined)).toMatchObject({ worlds: [{}] });
});

test.each([
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nservices: [*d]`,
  ],
  ['values nested too deeply', `understudy-seed: 1\nservices: ${'['.repeat(20_000)}`],
  ['too many characters', 'x'.repeat(1024 * 1024 + 1)],
  ['too many entries', `understudy-seed: 1\nservices:\n${'- {FriendlyName: x}\n'.repeat(20_001)}`],
])('a seed with %s is refused', async (_, yaml) => {
  const { world } = await setUp();
  await expect(world.control('worlds.reset', { yaml })).rejects.toMatchObject({ status: 400 });
});
