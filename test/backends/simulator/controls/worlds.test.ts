import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SimWorld } from '../../../../src/index.js';
import { ask, desk, sidOf, startSim } from '../../../helpers/sim.js';

/** What every list of the seed's service says on the wire, byte for byte. */
async function wire(world: SimWorld): Promise<string> {
  const seen: string[] = [];
  const services = (await ask(world, 'listservice'))['services'] as { sid: string }[];
  seen.push(JSON.stringify(services));
  for (const { sid: ChatServiceSid } of services) {
    const inside = { ChatServiceSid };
    for (const operation of ['listserviceuser', 'listservicerole', 'listservicebinding', 'fetchserviceconfiguration']) {
      seen.push(JSON.stringify(await ask(world, operation, inside)));
    }
    const list = await ask(world, 'listserviceconversation', inside);
    seen.push(JSON.stringify(list));
    for (const { sid: ConversationSid } of list['conversations'] as unknown as { sid: string }[]) {
      const within = { ...inside, ConversationSid };
      for (const noun of ['message', 'participant', 'scopedwebhook']) {
        seen.push(JSON.stringify(await ask(world, `listserviceconversation${noun}`, within)));
      }
    }
  }
  return seen.join('\n');
}

async function scene() {
  const sim = await startSim({ seed: 'support-desk' });
  const world = sim.world('worlds');
  return { sim, world, before: await wire(world) };
}

test('a snapshot is restored byte for byte, with the clock', async () => {
  const { world, before } = await scene();
  await world.snapshot('start');
  await desk(world);
  await world.clock.advance('P1D');
  expect(await wire(world)).not.toBe(before);
  await world.restore('start');
  expect(await wire(world)).toBe(before);
  expect((await world.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
  await expect(world.restore('end')).rejects.toThrow('There is no snapshot "end"');
});

test('what is done after a restore is done again in the same bytes', async () => {
  const { world } = await scene();
  await world.snapshot('start');
  const first = await desk(world);
  await world.restore('start');
  expect(await desk(world)).toEqual(first);
});

test('a fork goes its own way', async () => {
  const { world, before } = await scene();
  const fork = await world.fork();
  expect((await wire(fork)).replaceAll(fork.accountSid, world.accountSid)).toBe(before);
  await desk(fork);
  expect(await wire(world)).toBe(before);
  await world.clock.advance('PT1H');
  expect((await fork.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
});

test('import of an export is the same world, byte for byte on the wire, here and elsewhere', async () => {
  const { sim, world, before } = await scene();
  const file = JSON.parse(JSON.stringify(await world.export())) as Awaited<ReturnType<SimWorld['export']>>;
  expect(file).toMatchObject({ format: 'understudy-worlds', version: 1, worlds: [{ account: world.accountSid }] });
  await world.reset({ seed: 'empty' });
  await world.import(file);
  expect(await wire(world)).toBe(before);
  expect(JSON.stringify(await world.export())).toBe(JSON.stringify(file));
  const other = sim.world('other');
  await other.import(file);
  expect((await wire(other)).replaceAll(other.accountSid, world.accountSid)).toBe(before);
});

test('an export goes through a file that is written aside', async () => {
  const { sim, world, before } = await scene();
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'world.json');
  await world.exportTo(file);
  const other = sim.world('other');
  await other.importFrom(file);
  expect((await wire(other)).replaceAll(other.accountSid, world.accountSid)).toBe(before);
});

test.each([
  [{}, 'does not say "format"'],
  [{ format: 'understudy-worlds', version: 9, worlds: [] }, 'its version is 9'],
  [{ format: 'understudy-worlds', version: 1, worlds: [{}] }, 'a world in it lacks'],
])('what is no export is refused, and the world stays as it is', async (document, message) => {
  const { world, before } = await scene();
  await expect(world.control('worlds.import', { document })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining(message),
  });
  expect(await wire(world)).toBe(before);
});

test('a difference is a readable list', async () => {
  const { sim, world } = await scene();
  await world.snapshot('start');
  const { service, conversation } = await desk(world);
  await ask(world, 'updateserviceconversation', {
    ChatServiceSid: service,
    Sid: conversation,
    body: { State: 'closed' },
  });
  const { lines, differences } = await world.diff('start');
  expect(lines).toContain(`added conversations ${conversation}`);
  expect(differences).toContainEqual({ kind: 'added', records: 'services', sid: service, fields: [] });
  await world.snapshot('made');
  await ask(world, 'deleteserviceconversation', { ChatServiceSid: service, Sid: conversation });
  await ask(world, 'deleteservice', { Sid: service });
  expect((await world.diff('made')).lines).toContain(`removed conversations ${conversation}`);
  expect((await world.diff('start')).lines).toEqual([]);
  const fork = await world.fork();
  const made = sidOf(await ask(fork, 'createservice', { body: { FriendlyName: 'New' } }));
  expect((await world.diff(world.accountSid, fork.accountSid)).lines).toContain(`added services ${made}`);
  expect(sim.accountSid).toMatch(/^AC0+$/);
});

test('a reset begins anew: as the server did, from another seed, or from one given as YAML', async () => {
  const { world, before } = await scene();
  const first = await desk(world);
  await world.clock.advance('P1D');
  await world.reset();
  expect(await wire(world)).toBe(before);
  expect((await world.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
  expect(await desk(world)).toEqual(first);
  await world.reset({ seed: 'empty' });
  expect(((await ask(world, 'listservice'))['services'] as unknown[]).length).toBe(0);
  await world.clock.advance('PT1H');
  await expect(world.reset({ seed: 'no-such-seed' })).rejects.toThrow('no-such-seed');
  await expect(world.reset({ yaml: 'services: [{ roles: 5 }]' })).rejects.toMatchObject({ status: 400 });
  expect((await world.clock.show()).now).toBe('2026-01-01T01:00:00.000Z');
  expect(((await ask(world, 'listservice'))['services'] as unknown[]).length).toBe(0);
});

test('the list counts what is in each world', async () => {
  const { sim, world } = await scene();
  const { worlds } = (await sim.control('worlds.list')) as unknown as {
    worlds: { account_sid: string; records: object }[];
  };
  expect(worlds.map(({ account_sid }) => account_sid)).toEqual([sim.accountSid, world.accountSid]);
  expect(worlds[1]?.records).toMatchObject({ services: expect.any(Number), messages: expect.any(Number) });
});
