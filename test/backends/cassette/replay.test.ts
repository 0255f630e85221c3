import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCassette } from '../../../src/backends/cassette/format.js';
import { createRecorder } from '../../../src/backends/cassette/record.js';
import { createReplay } from '../../../src/backends/cassette/replay.js';
import { createScrub } from '../../../src/backends/cassette/scrub.js';
import type { Call, Operation, Result } from '../../../src/core/operation.js';
import { bodyOf, bodyOfBytes, type JsonObject } from '../../../src/core/body.js';
import { binding, caller, failureOf } from '../live/harness.js';
import { type CallOperation, callsTo, createStandIn, log, newFile, SECRET, record, stringIn } from './harness.js';

/** Creates a service, a conversation (fetched before and after an update) and a message, and fetches a missing user. */
async function story(call: CallOperation): Promise<void> {
  const ChatServiceSid = stringIn(await call('createservice', { body: { FriendlyName: `Secret ${SECRET}` } }), 'sid');
  const body = { FriendlyName: 'Tea', UniqueName: 'tea-1', Attributes: '{"who":"Alice Smith"}' };
  const Sid = stringIn(await call('createserviceconversation', { ChatServiceSid, body }), 'sid');
  await call('fetchserviceconversation', { ChatServiceSid, Sid });
  await call('updateserviceconversation', { ChatServiceSid, Sid, body: { FriendlyName: 'Coffee' } });
  await call('fetchserviceconversation', { ChatServiceSid, Sid });
  const within = { ChatServiceSid, ConversationSid: 'tea-1' };
  const MessagingBinding = { Address: '+4917012345678', ProxyAddress: '+15017122661' };
  await call('createserviceconversationparticipant', { ...within, body: { MessagingBinding } });
  await call('createserviceconversationparticipant', { ...within, body: { Identity: 'alice.smith' } });
  await call('createserviceconversationmessage', { ...within, body: { Author: 'alice.smith', Body: 'Meet me at 6' } });
  await call('fetchserviceuser', { ChatServiceSid, Sid: 'alice.smith' });
  await call('fetchserviceuser', { ChatServiceSid, Sid: 'bob.jones' });
  await call('listserviceparticipantconversation', { ChatServiceSid, Identity: 'alice.smith' });
}

/** Runs the story and returns its responses. */
async function transcript(call: CallOperation): Promise<unknown[]> {
  const answers: unknown[] = [];
  await story(async (operation, input) => {
    const result = await call(operation, input);
    answers.push({ status: result.status, body: result.body?.value });
    return result;
  });
  return answers;
}

test.each([
  ['a status that is no final one', { status: 100, headers: {} }, '/steps/0/answer/status must be >= 200'],
  ['a header that HTTP cannot carry', { status: 200, headers: { 'x-a': 'a\r\nb' } }, 'the header "x-a"'],
  ['a file without size', { status: 200, headers: {}, file: null }, '/steps/0/answer/file must be object'],
])('a cassette with %s is refused when it is read', async (_, answer, message) => {
  const { file, cassette } = await record(story);
  const steps = cassette.steps.map((step, i) => (i === 0 ? { ...step, answer } : step));
  writeFileSync(file, JSON.stringify({ ...cassette, steps }));
  expect(() => readCassette(file)).toThrow(message);
});

describe('a cassette', () => {
  test('names the program and upstream that made it, and contains no secret', async () => {
    const { file, cassette } = await record(story);
    expect(cassette).toMatchObject({
      version: 1,
      madeBy: { program: 'twilio-understudy 0.0.0', upstream: 'https://conversations.twilio.com' },
      scrubbed: false,
    });
    expect(cassette.steps).toHaveLength(11);
    expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  });

  test('replays the same responses to the same calls', async () => {
    let recorded: unknown[] = [];
    const { replay } = await record(async (call) => void (recorded = await transcript(call)));
    const text = JSON.stringify(recorded).replaceAll(SECRET, '[redacted]');
    // The story sends a secret that is redacted in the cassette, so the first call must send the redacted text.
    const answers = await transcript((operation, input) =>
      replay(operation, operation === 'createservice' ? { body: { FriendlyName: 'Secret [redacted]' } } : input),
    );
    expect(JSON.stringify(answers)).toBe(text);
  });

  test('is not overwritten', async () => {
    const { file } = await record(async (call) => void (await call('listservice')));
    const simulator = await createStandIn();
    const options = {
      file,
      program: '',
      upstream: '',
      recorded: '',
      nameOf: binding.nameOf,
      redact: (text: string) => text,
      log,
    };
    expect(() => createRecorder(simulator, options)).toThrow(/already exists/);
  });

  test('cannot be recorded to a file that cannot be written', async () => {
    const options = {
      file: '/dev/null/one.json',
      program: '',
      upstream: '',
      recorded: '',
      nameOf: binding.nameOf,
      redact: String,
      log,
    };
    const simulator = await createStandIn();
    expect(() => createRecorder(simulator, options)).toThrow(/Cannot record the cassette \/dev\/null/);
  });

  test('stops growing at the maximum number of steps', async () => {
    const { cassette } = await record(
      async (call) => {
        for (let i = 0; i < 5; i++) await call('listservice');
      },
      { maxSteps: 3 },
    );
    expect(cassette.steps).toHaveLength(3);
  });

  test.each([
    ['{', /cannot be read/],
    ['{"version":2}', /format version 2; this program reads version 1/],
    ['[]', /is not a cassette: it must be object/],
    ['{"format":"twilio-understudy cassette","version":1}', /must have required property 'madeBy'/],
  ])('is refused when it is damaged: %s', (text, message) => {
    const file = newFile();
    writeFileSync(file, text);
    expect(() => readCassette(file)).toThrow(message);
  });

  test('is refused when it is missing, with the command that records one', () => {
    expect(() => readCassette('/nowhere/one.json')).toThrow(/Record one with --mode record/);
  });
});

const idOf = ({ id }: Operation): string => id;

describe('replay', () => {
  test('answers repeated calls in the order of recording, then repeats the last response', async () => {
    const { cassette, replay } = await record(story);
    const input = { ...cassette.steps[2]?.input.path };
    const names = [];
    for (let i = 0; i < 3; i++) names.push(stringIn(await replay('fetchserviceconversation', input), 'friendly_name'));
    expect(names).toEqual(['Tea', 'Coffee', 'Coffee']);
  });

  test("accepts the caller's own SIDs in place of the recorded ones, and uses them in the response", async () => {
    const { replay } = await record(story);
    const ChatServiceSid = `IS${'e'.repeat(32)}`;
    const Sid = `CH${'f'.repeat(32)}`;
    const { body } = await replay('fetchserviceconversation', { ChatServiceSid, Sid });
    expect(body?.value).toMatchObject({ sid: Sid, chat_service_sid: ChatServiceSid });
    expect((body?.value as JsonObject | undefined)?.['url']).toContain(
      `/v1/Services/${ChatServiceSid}/Conversations/${Sid}`,
    );
    const other = failureOf(replay('fetchserviceconversation', { ChatServiceSid, Sid: `CH${'1'.repeat(32)}` }));
    expect((await other).message).toContain(`(this call: "CH${'1'.repeat(32)}")`);
  });

  test('names the closest recorded step and the field that differs', async () => {
    const { cassette, replay, file } = await record(story);
    const { path } = cassette.steps[3]?.input ?? { path: {} };
    const failure = await failureOf(replay('updateserviceconversation', { ...path, body: { FriendlyName: 'Cocoa' } }));
    expect(failure).toMatchObject({ name: 'UNDERSTUDY_CASSETTE_MISS', status: 404 });
    expect(failure.message).toBe(
      `The cassette ${file} has no recording of \`updateserviceconversation\` with this input. The closest is step 4, ` +
        'where `FriendlyName` is "Coffee" (this call: "Cocoa").',
    );
    expect((await failureOf(replay('deleteservice', { Sid: 'IS1' }))).message).toMatch(
      /has no recording of `deleteservice`\.$/,
    );
  });

  test('distinguishes operations of the same name in two capability files', async () => {
    const [mine, theirs] = ['IS1', 'IS2'].map((sid) => bodyOf({ sid }));
    const backend = {
      answer: ({ operation }: Call): Result => ({
        status: 200,
        headers: {},
        body: (operation.namespace === 'other' ? theirs : mine) ?? null,
      }),
    };
    const file = newFile();
    const options = {
      file,
      program: '',
      upstream: '',
      recorded: '2026-01-01T00:00:00Z',
      nameOf: idOf,
      redact: String,
      log,
    };
    const recorder = createRecorder(backend, options);
    const { call } = binding.bind('listservice', {}, caller);
    const other = { ...call, operation: { ...call.operation, id: 'other.listservice', namespace: 'other' } };
    for (const each of [call, other]) await recorder.answer(each);
    await recorder.flush();
    const replay = createReplay(readCassette(file), file, idOf);
    const results = await Promise.all([other, call].map(async (each) => replay.answer(each)));
    expect(results.map(({ body }) => body?.value)).toEqual([{ sid: 'IS2' }, { sid: 'IS1' }]);
  });

  test('does not confuse two recorded SIDs', async () => {
    const sids: string[] = [];
    const { replay } = await record(async (call) => {
      for (const FriendlyName of ['one', 'two'])
        sids.push(stringIn(await call('createservice', { body: { FriendlyName } }), 'sid'));
      await call('fetchservice', { Sid: sids[0] });
    });
    expect((await failureOf(replay('fetchservice', { Sid: sids[1] }))).status).toBe(404);
    expect(stringIn(await replay('fetchservice', { Sid: sids[0] }), 'friendly_name')).toBe('one');
  });
});

test('a response that is not JSON is replayed unchanged', async () => {
  const file = newFile();
  const html = bodyOfBytes(Buffer.from('<h1>'));
  const page: Result = { status: 502, headers: { 'content-type': 'text/html' }, body: html };
  const options = {
    file,
    program: '',
    upstream: '',
    recorded: '2026-01-01T00:00:00Z',
    nameOf: binding.nameOf,
    redact: String,
    log,
  };
  const recorder = createRecorder({ answer: () => page }, options);
  await callsTo(recorder)('listservice');
  await recorder.flush();
  const { body, headers } = await callsTo(createReplay(readCassette(file), file, binding.nameOf))('listservice');
  expect({ text: body?.text, headers }).toEqual({ text: '<h1>', headers: page.headers });
});

describe('a scrubbed cassette', () => {
  const personal = /Alice|alice|bob|Tea|tea-1|Coffee|Meet|4917012345678|5017122661|AC0{32}/;

  test('contains no personal texts and no addresses', async () => {
    const { file, cassette } = await record(story, { scrub: createScrub() });
    expect(cassette.scrubbed).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toMatch(personal);
  });

  test("keeps Twilio's URLs and replaces configured ones", async () => {
    const { file, cassette } = await record(
      async (call) => {
        const ChatServiceSid = stringIn(await call('createservice', { body: { FriendlyName: 'x' } }), 'sid');
        const ConversationSid = stringIn(await call('createserviceconversation', { ChatServiceSid, body: {} }), 'sid');
        const Configuration = { Url: 'https://hooks.customer.example/v1/key-7f', Filters: ['onMessageAdded'] };
        const within = { ChatServiceSid, ConversationSid };
        await call('createserviceconversationscopedwebhook', { ...within, body: { Target: 'webhook', Configuration } });
        await call('listserviceconversationscopedwebhook', within);
        await call('listserviceconversation', { ChatServiceSid, PageSize: 1 });
      },
      { scrub: createScrub() },
    );
    expect(readFileSync(file, 'utf8')).not.toMatch(/customer|key-7f/);
    const [, , created, listed, page] = cassette.steps.map(({ answer }) => answer.body as JsonObject);
    expect(created?.['url']).toMatch(/^http:\/\/here\.example\/v1\/Services\/IS.*\/Webhooks\/WH/);
    expect(created).toMatchObject({ target: 'webhook', configuration: { filters: ['onMessageAdded'] } });
    expect(listed?.['webhooks']).toEqual([created]);
    expect((page?.['meta'] as JsonObject | undefined)?.['first_page_url']).toContain('PageSize=1');
  });

  test('keeps SIDs, and replaces equal texts by equal pseudonyms', async () => {
    const { cassette } = await record(story, { scrub: createScrub() });
    const [, created, fetched, , , , participant, message] = cassette.steps.map(
      ({ answer }) => answer.body as JsonObject,
    );
    expect(fetched?.['sid']).toBe(created?.['sid']);
    expect(message?.['author']).toBe(participant?.['identity']);
    expect(created?.['attributes']).toMatch(/^\{"scrubbed":\d+\}$/);
    expect(created).toMatchObject({ state: 'active', date_created: '2026-01-01T00:00:00Z' });
  });

  test("replays with the caller's own texts", async () => {
    const { replay } = await record(story, { scrub: createScrub() });
    const answers = JSON.stringify(await transcript(replay));
    expect(answers).toContain('"identity":"alice.smith"');
    expect(answers).toContain('"address":"+4917012345678"');
    expect(answers).toContain('"body":"Meet me at 6"');
  });
});
