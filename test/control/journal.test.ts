import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ask, desk, sidOf, startSim } from '../helpers/sim.js';

async function scene() {
  const sim = await startSim();
  const world = sim.world('journal');
  const { service, inside } = await desk(world);
  const say = (Author: string, Body: string) =>
    ask(world, 'createserviceconversationmessage', { ...inside, body: { Author, Body } });
  await say('ann', 'Hello');
  await say('bob', "It's me");
  return { sim, world, service, inside, say };
}

const message = 'createserviceconversationmessage';

test('verify says yes when calls that fit were made, so many times', async () => {
  const { sim, world } = await scene();
  const yes = { verified: true, reason: '', nearest: [] };
  expect(await world.verify({ operation: message })).toEqual({ ...yes, count: 2 });
  expect(await world.verify({ input: { body: { Author: 'ann' } } }, { least: 1, most: 1 })).toEqual({
    ...yes,
    count: 1,
  });
  expect(await world.verify({ operation: message, status: 400 }, { least: 0, most: 0 })).toEqual({ ...yes, count: 0 });
  expect(await world.verify({ operation: message }, { after: 3 })).toMatchObject({ verified: true, count: 1 });
  // The world of another test has seen nothing.
  expect(await sim.world('other').verify({ operation: message })).toMatchObject({ verified: false, count: 0 });
});

test('verify says no with what came closest, and which field differs', async () => {
  const { world } = await scene();
  const verdict = await world.verify({ operation: message, input: { body: { Author: 'ann', Body: 'Bye' } } });
  expect(verdict).toMatchObject({ verified: false, count: 0, reason: '0 exchanges match, expected at least 1' });
  expect(verdict.nearest[0]).toEqual({
    id: 3,
    operation: message,
    differs: [{ field: 'input.body.Body', expected: 'Bye', actual: 'Hello' }],
  });
  expect(await world.verify({ operation: message }, { most: 1 })).toMatchObject({
    verified: false,
    count: 2,
    reason: '2 exchanges match, expected 1',
  });
});

const by = (Author: string) => ({ operation: message, input: { body: { Author } } });

test('verify knows an order', async () => {
  const { world } = await scene();
  expect(await world.verifyOrder([{ operation: 'createservice' }, by('ann'), by('bob')])).toMatchObject({
    verified: true,
  });
  expect(await world.verifyOrder([by('bob'), by('ann')])).toMatchObject({
    verified: false,
    reason: 'no exchange matches call 2 of 2 after the one that matches call 1',
  });
});

test('the journal is searched by operation, surface, status and text', async () => {
  const { world, inside } = await scene();
  await world.call(message, { ...inside, body: {} });
  const ids = async (search: Parameters<typeof world.journal>[0]) => (await world.journal(search)).map(({ id }) => id);
  expect(await ids({})).toEqual([1, 2, 3, 4, 5]);
  expect(await ids({ operation: message })).toEqual([3, 4, 5]);
  expect(await ids({ status: 400 })).toEqual([5]);
  expect(await ids({ text: "It's me" })).toEqual([4]);
  expect(await ids({ surface: 'rest' })).toEqual([]);
  expect(await ids({ limit: 2 })).toEqual([4, 5]);
  expect(await ids({ after: 1, limit: 2 })).toEqual([2, 3]);
});

test('an exported curl line makes the same call again', async () => {
  const { world, inside } = await scene();
  const [line = ''] = await world.curl({ text: "It's me" });
  expect(line).toContain(`-u "${world.accountSid}:$TWILIO_AUTH_TOKEN"`);
  const env = { ...process.env, TWILIO_AUTH_TOKEN: world.authToken };
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s`], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    body: "It's me",
    author: 'bob',
    conversation_sid: inside.ConversationSid,
    index: 2,
  });
});

test('ignored fields and violations stand beside the exchange', async () => {
  const { world, service } = await scene();
  sidOf(await ask(world, 'createserviceuser', { ChatServiceSid: service, body: { Identity: 'ann', Colour: 'red' } }));
  expect((await world.journal({ operation: 'createserviceuser' }))[0]).toMatchObject({
    ignored: ['Colour'],
    violations: [],
    surface: 'engine',
    milliseconds: 0,
  });
});
