import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCassette } from '../../../src/backends/cassette/format.js';
import { createRecorder } from '../../../src/backends/cassette/record.js';
import { createReplay } from '../../../src/backends/cassette/replay.js';
import { createScrub } from '../../../src/backends/cassette/scrub.js';
import type { Result } from '../../../src/core/operation.js';
import { bodyOfBytes, type JsonObject } from '../../../src/core/body.js';
import { failureOf } from '../live/harness.js';
import { type Ask, asking, createStandIn, log, newFile, of, PLANTED, record } from './harness.js';

/** A service, a conversation that is fetched before and after its change, a message, and what is not there. */
async function story(ask: Ask): Promise<void> {
  const ChatServiceSid = of(await ask('createservice', { body: { FriendlyName: `Secret ${PLANTED}` } }), 'sid');
  const body = { FriendlyName: 'Tea', UniqueName: 'tea-1', Attributes: '{"who":"Alice Smith"}' };
  const Sid = of(await ask('createserviceconversation', { ChatServiceSid, body }), 'sid');
  await ask('fetchserviceconversation', { ChatServiceSid, Sid });
  await ask('updateserviceconversation', { ChatServiceSid, Sid, body: { FriendlyName: 'Coffee' } });
  await ask('fetchserviceconversation', { ChatServiceSid, Sid });
  const within = { ChatServiceSid, ConversationSid: 'tea-1' };
  const binding = { Address: '+4917012345678', ProxyAddress: '+15017122661' };
  await ask('createserviceconversationparticipant', { ...within, body: { MessagingBinding: binding } });
  await ask('createserviceconversationparticipant', { ...within, body: { Identity: 'alice.smith' } });
  await ask('createserviceconversationmessage', { ...within, body: { Author: 'alice.smith', Body: 'Meet me at 6' } });
  await ask('fetchserviceuser', { ChatServiceSid, Sid: 'alice.smith' });
  await ask('fetchserviceuser', { ChatServiceSid, Sid: 'bob.jones' });
  await ask('listserviceparticipantconversation', { ChatServiceSid, Identity: 'alice.smith' });
}

/** The same story, and what was answered. */
async function transcript(ask: Ask): Promise<unknown[]> {
  const answers: unknown[] = [];
  await story(async (operation, input) => {
    const result = await ask(operation, input);
    answers.push({ status: result.status, body: result.body?.value });
    return result;
  });
  return answers;
}

describe('a cassette', () => {
  test('says what made it, and holds no secret', async () => {
    const { file, cassette } = await record(story);
    expect(cassette).toMatchObject({
      version: 1,
      madeBy: { program: 'twilio-understudy 0.0.0', upstream: 'https://conversations.twilio.com' },
      scrubbed: false,
    });
    expect(cassette.steps).toHaveLength(11);
    expect(readFileSync(file, 'utf8')).not.toContain(PLANTED);
  });

  test('answers the same story with the same answers', async () => {
    let recorded: unknown[] = [];
    const { replay } = await record(async (ask) => void (recorded = await transcript(ask)));
    const text = JSON.stringify(recorded).replaceAll(PLANTED, '[redacted]');
    // What the caller says is a secret in the clear here, and hidden in the cassette: the first step must not match on it.
    const answers = await transcript((operation, input) =>
      replay(operation, operation === 'createservice' ? { body: { FriendlyName: 'Secret [redacted]' } } : input),
    );
    expect(JSON.stringify(answers)).toBe(text);
  });

  test('is not made twice by mistake', async () => {
    const { file } = await record(async (ask) => void (await ask('listservice')));
    const simulator = await createStandIn();
    const options = { file, program: '', upstream: '', recorded: '', redact: (text: string) => text, log };
    expect(() => createRecorder(simulator, options)).toThrow(/exists: move it away/);
  });

  test('that cannot be written stops the start', async () => {
    const options = { file: '/dev/null/one.json', program: '', upstream: '', recorded: '', redact: String, log };
    const simulator = await createStandIn();
    expect(() => createRecorder(simulator, options)).toThrow(/cannot be recorded/);
  });

  test('stops growing at its bound', async () => {
    const { cassette } = await record(
      async (ask) => {
        for (let call = 0; call < 5; call++) await ask('listservice');
      },
      { mostSteps: 3 },
    );
    expect(cassette.steps).toHaveLength(3);
  });

  test.each([
    ['{', /cannot be read/],
    ['{"version":2}', /newer than this program knows/],
    ['[]', /is no cassette: it must be object/],
    ['{"format":"twilio-understudy cassette","version":1}', /must have required property 'madeBy'/],
  ])('that is damaged (%s) is named', (text, message) => {
    const file = newFile();
    writeFileSync(file, text);
    expect(() => readCassette(file)).toThrow(message);
  });

  test('that is not there is named, with what to do', () => {
    expect(() => readCassette('/nowhere/one.json')).toThrow(/record one with --mode record/);
  });
});

describe('replay', () => {
  test('gives one input its answers in the order of recording, and the last again', async () => {
    const { cassette, replay } = await record(story);
    const input = { ...cassette.steps[2]?.input.path };
    const names = [];
    for (let call = 0; call < 3; call++)
      names.push(of(await replay('fetchserviceconversation', input), 'friendly_name'));
    expect(names).toEqual(['Tea', 'Coffee', 'Coffee']);
  });

  test("takes a caller's own SIDs for the recorded ones, and answers in the caller's", async () => {
    const { replay } = await record(story);
    const ChatServiceSid = `IS${'e'.repeat(32)}`;
    const Sid = `CH${'f'.repeat(32)}`;
    const { body } = await replay('fetchserviceconversation', { ChatServiceSid, Sid });
    expect(body?.value).toMatchObject({ sid: Sid, chat_service_sid: ChatServiceSid });
    expect((body?.value as JsonObject | undefined)?.['url']).toContain(
      `/v1/Services/${ChatServiceSid}/Conversations/${Sid}`,
    );
    const other = failureOf(replay('fetchserviceconversation', { ChatServiceSid, Sid: `CH${'1'.repeat(32)}` }));
    expect((await other).message).toContain(`(here: "CH${'1'.repeat(32)}")`);
  });

  test('names the closest recorded step, and the field that differs', async () => {
    const { cassette, replay, file } = await record(story);
    const { path } = cassette.steps[3]?.input ?? { path: {} };
    const failure = await failureOf(replay('updateserviceconversation', { ...path, body: { FriendlyName: 'Cocoa' } }));
    expect(failure).toMatchObject({ name: 'UNDERSTUDY_CASSETTE_MISS', status: 404 });
    expect(failure.message).toBe(
      `${file} has no \`updateserviceconversation\` with this input: the closest is its step 4, where ` +
        '`FriendlyName` is "Coffee" (here: "Cocoa").',
    );
    expect((await failureOf(replay('deleteservice', { Sid: 'IS1' }))).message).toMatch(/no `deleteservice` at all\.$/);
  });

  test('does not take one recorded thing for another', async () => {
    const sids: string[] = [];
    const { replay } = await record(async (ask) => {
      for (const FriendlyName of ['one', 'two'])
        sids.push(of(await ask('createservice', { body: { FriendlyName } }), 'sid'));
      await ask('fetchservice', { Sid: sids[0] });
    });
    expect((await failureOf(replay('fetchservice', { Sid: sids[1] }))).status).toBe(404);
    expect(of(await replay('fetchservice', { Sid: sids[0] }), 'friendly_name')).toBe('one');
  });
});

test('what was no JSON is given back as it was', async () => {
  const file = newFile();
  const html = bodyOfBytes(Buffer.from('<h1>'));
  const page: Result = { status: 502, headers: { 'content-type': 'text/html' }, body: html };
  const options = { file, program: '', upstream: '', recorded: '2026-01-01T00:00:00Z', redact: String, log };
  const recorder = createRecorder({ answer: () => page }, options);
  await asking(recorder)('listservice');
  await recorder.flush();
  const { body, headers } = await asking(createReplay(readCassette(file), file))('listservice');
  expect({ text: body?.text, headers }).toEqual({ text: '<h1>', headers: page.headers });
});

describe('a scrubbed cassette', () => {
  const personal = /Alice|alice|bob|Tea|tea-1|Coffee|Meet|4917012345678|5017122661|AC0{32}/;

  test('holds nothing that people wrote, and nothing by which they are reached', async () => {
    const { file, cassette } = await record(story, { scrub: createScrub() });
    expect(cassette.scrubbed).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toMatch(personal);
  });

  test("keeps Twilio's URLs, and replaces those that somebody configured", async () => {
    const { file, cassette } = await record(
      async (ask) => {
        const ChatServiceSid = of(await ask('createservice', { body: { FriendlyName: 'x' } }), 'sid');
        const ConversationSid = of(await ask('createserviceconversation', { ChatServiceSid, body: {} }), 'sid');
        const Configuration = { Url: 'https://hooks.customer.example/v1/key-7f', Filters: ['onMessageAdded'] };
        const within = { ChatServiceSid, ConversationSid };
        await ask('createserviceconversationscopedwebhook', { ...within, body: { Target: 'webhook', Configuration } });
        await ask('listserviceconversationscopedwebhook', within);
        await ask('listserviceconversation', { ChatServiceSid, PageSize: 1 });
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

  test('keeps what belongs together: SIDs, and equal texts', async () => {
    const { cassette } = await record(story, { scrub: createScrub() });
    const [, created, fetched, , , , participant, message] = cassette.steps.map(
      ({ answer }) => answer.body as JsonObject,
    );
    expect(fetched?.['sid']).toBe(created?.['sid']);
    expect(message?.['author']).toBe(participant?.['identity']);
    expect(created?.['attributes']).toMatch(/^\{"scrubbed":\d+\}$/);
    expect(created).toMatchObject({ state: 'active', date_created: '2026-01-01T00:00:00Z' });
  });

  test('answers the story in the words of whoever tells it now', async () => {
    const { replay } = await record(story, { scrub: createScrub() });
    const answers = JSON.stringify(await transcript(replay));
    expect(answers).toContain('"identity":"alice.smith"');
    expect(answers).toContain('"address":"+4917012345678"');
    expect(answers).toContain('"body":"Meet me at 6"');
  });
});
