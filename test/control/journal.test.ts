import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { callOk, createDesk, sidOf, startSim } from '../helpers/sim.js';

async function setUp() {
  const sim = await startSim();
  const world = sim.world('journal');
  const { service, inside } = await createDesk(world);
  const send = (Author: string, Body: string) =>
    callOk(world, 'createserviceconversationmessage', { ...inside, body: { Author, Body } });
  await send('ann', 'Hello');
  await send('bob', "It's me");
  return { sim, world, service, inside, send };
}

const createMessage = 'createserviceconversationmessage';

test('verify succeeds if the expected number of matching calls was made', async () => {
  const { sim, world } = await setUp();
  const success = { verified: true, reason: '', nearest: [] };
  expect(await world.verify({ operation: createMessage })).toEqual({ ...success, count: 2 });
  expect(await world.verify({ input: { body: { Author: 'ann' } } }, { least: 1, most: 1 })).toEqual({
    ...success,
    count: 1,
  });
  expect(await world.verify({ operation: createMessage, status: 400 }, { least: 0, most: 0 })).toEqual({
    ...success,
    count: 0,
  });
  expect(await world.verify({ operation: createMessage }, { after: 3 })).toMatchObject({ verified: true, count: 1 });
  // Another world has no calls.
  expect(await sim.world('other').verify({ operation: createMessage })).toMatchObject({ verified: false, count: 0 });
});

test('verify fails with the closest call and the field that differs', async () => {
  const { world } = await setUp();
  const verdict = await world.verify({ operation: createMessage, input: { body: { Author: 'ann', Body: 'Bye' } } });
  expect(verdict).toMatchObject({ verified: false, count: 0, reason: '0 exchanges match, expected at least 1' });
  expect(verdict.nearest[0]).toEqual({
    id: 3,
    operation: createMessage,
    differs: [{ field: 'input.body.Body', expected: 'Bye', actual: 'Hello' }],
  });
  expect(await world.verify({ operation: createMessage }, { most: 1 })).toMatchObject({
    verified: false,
    count: 2,
    reason: '2 exchanges match, expected 1',
  });
});

const by = (Author: string) => ({ operation: createMessage, input: { body: { Author } } });

test('verify checks an order', async () => {
  const { world } = await setUp();
  expect(await world.verifyOrder([{ operation: 'createservice' }, by('ann'), by('bob')])).toMatchObject({
    verified: true,
  });
  expect(await world.verifyOrder([by('bob'), by('ann')])).toMatchObject({
    verified: false,
    reason: 'no exchange matches call 2 of 2 after the one that matches call 1',
  });
});

test('the journal is filtered by operation, surface, status and text, and paged by id', async () => {
  const { world, inside } = await setUp();
  await world.call(createMessage, { ...inside, body: {} });
  const ids = async (search: Parameters<typeof world.journal>[0]) => (await world.journal(search)).map(({ id }) => id);
  expect(await ids({})).toEqual([1, 2, 3, 4, 5]);
  expect(await ids({ operation: createMessage })).toEqual([3, 4, 5]);
  expect(await ids({ status: 400 })).toEqual([5]);
  expect(await ids({ text: "It's me" })).toEqual([4]);
  expect(await ids({ surface: 'rest' })).toEqual([]);
  expect(await ids({ limit: 2 })).toEqual([4, 5]);
  expect(await ids({ after: 1, limit: 2 })).toEqual([2, 3]);
});

test('a curl snippet repeats the call', async () => {
  const { world, inside } = await setUp();
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

test('an exchange lists ignored fields and violations', async () => {
  const { world, service } = await setUp();
  sidOf(
    await callOk(world, 'createserviceuser', { ChatServiceSid: service, body: { Identity: 'ann', Colour: 'red' } }),
  );
  expect((await world.journal({ operation: 'createserviceuser' }))[0]).toMatchObject({
    ignored: ['Colour'],
    violations: [],
    surface: 'engine',
    milliseconds: expect.any(Number) as number,
  });
});
