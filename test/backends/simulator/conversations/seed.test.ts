import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_OPEN_CONVERSATIONS } from '../../../../src/backends/simulator/conversations/participant/participant.js';
import { generateSeed } from '../../../../src/backends/simulator/conversations/seed/generate.js';
import { ACCOUNT, createTestSimulator, itemsOf, newSimulator, sidsOf, START } from '../../../helpers/simulator.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-seed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function seedFile(yaml: string): string {
  const file = join(folder, 'seed.yaml');
  writeFileSync(file, yaml);
  return file;
}

/** The error of a start with this seed, without the file's name. */
async function startError(yaml: string): Promise<string> {
  const file = seedFile(yaml);
  const started = newSimulator({ seed: file });
  await expect(started).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_SEED', message: expect.stringContaining(file) });
  return ((await started.catch((error: unknown) => error)) as Error).message.slice(file.length + 1);
}

const head = 'understudy-seed: 1\nservices:\n  - FriendlyName: Desk\n';

describe('a seed', () => {
  const shipped = readdirSync(new URL('../../../../fixtures/seeds/', import.meta.url)).map((file) =>
    file.replace('.yaml', ''),
  );
  it.each(shipped)('that is built in, such as "%s", loads', async (seed) => {
    const { callOk } = await createTestSimulator({ seed });
    expect((await callOk('listservice'))['services']).toBeInstanceOf(Array);
  });

  it('gives its records the specified values and SIDs', async () => {
    const seed = 'support-desk';
    const { callOk } = await createTestSimulator({ seed });
    const desk = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
    const names = itemsOf(await callOk('listservicerole', desk)).map((role) => role['friendly_name']);
    expect(names).toEqual(['service admin', 'service user', 'channel admin', 'channel user', 'agent', 'supervisor']);
    expect(await callOk('fetchserviceconversation', { ...desk, Sid: 'order-1042' })).toMatchObject({
      sid: 'CH5e0000000000000000000000000000e1',
      attributes: '{"order":1042,"priority":"high"}',
    });
    expect(await callOk('fetchservicewebhookconfiguration', desk)).toMatchObject({ method: 'POST' });
    const userConversation = await callOk('fetchserviceuserconversation', {
      ...desk,
      UserSid: 'ada',
      ConversationSid: 'order-1042',
    });
    expect(userConversation).toMatchObject({ last_read_message_index: 2, unread_messages_count: 2 });
    for (const [State, count] of [
      ['active', 2],
      ['inactive', 1],
      ['closed', 1],
    ] as const) {
      expect(sidsOf(await callOk('listserviceconversation', { ...desk, State }))).toHaveLength(count);
    }
  });

  it('accepts nested and dotted fields, and several services', async () => {
    const seed = seedFile(`understudy-seed: 1
services:
  - FriendlyName: One
    conversations:
      - Timers: { Inactive: PT1H }
        participants: [{ MessagingBinding.Address: '+15557770101', MessagingBinding.ProxyAddress: '+15558880001' }]
  - FriendlyName: Two
    users: [{ Identity: alice }]
`);
    const { callOk } = await createTestSimulator({ seed });
    const [, one, two] = sidsOf(await callOk('listservice'));
    expect(itemsOf(await callOk('listserviceconversation', { ChatServiceSid: one }))).toMatchObject([
      { timers: { date_inactive: '2026-01-01T01:00:00Z' } },
    ]);
    expect(itemsOf(await callOk('listserviceuser', { ChatServiceSid: two }))).toMatchObject([{ identity: 'alice' }]);
  });
});

describe('an invalid seed stops the start with the line and the field:', () => {
  it.each<[what: string, yaml: string, message: RegExp]>([
    ['invalid YAML', `${head}    users: [\n`, /^\d+: .*(flow|sequence|\])/i],
    ['a key twice', `${head}    FriendlyName: Again\n`, /^4: .*unique/i],
    ['an empty file', '', /^1: must be object/],
    ['no list of services', 'understudy-seed: 1\n', /^1: must have required property 'services'/],
    ['another version', 'understudy-seed: 2\nservices: []\n', /^1: understudy-seed: must be equal to constant \(1\)/],
    ['an unknown key', `${head}    rolls: []\n`, /^4: services\[0\]\.rolls: a seed has no such key here/],
    ['an unknown key at the top', `${head}users: []\n`, /^4: users: a seed has no such key/],
    ['a value that is not a list', `${head}    users: alice\n`, /^4: services\[0\]\.users: must be array/],
    ['an entry that is not an object', `${head}    users: [alice]\n`, /^4: services\[0\]\.users\[0\]: must be object/],
    [
      'a flag that is not a boolean',
      `${head}    users:\n      - Identity: alice\n        online: maybe\n`,
      /^6: services\[0\]\.users\[0\]\.online: must be boolean/,
    ],
    ['an invalid SID', `${head}    sid: IS1\n`, /^4: services\[0\]\.sid: must match pattern/],
    [
      'an unknown form field',
      `${head}    users:\n      - Identity: alice\n        FriendlyNam: al\n`,
      /^6: services\[0\]\.users\[0\]\.FriendlyNam: `createserviceuser` has no field or parameter `FriendlyNam`\. Did you mean `FriendlyName`\?/,
    ],
    [
      'an unknown form field in a group',
      `${head}    conversations:\n      - participants:\n          - MessagingBinding:\n              Address: '+15557770101'\n              Proxy: '+15558880001'\n`,
      /^8: services\[0\]\.conversations\[0\]\.participants\[0\]\.MessagingBinding\.Proxy: `createserviceconversationparticipant` has no field .*\. Did you mean `MessagingBinding\.ProxyAddress`\?/,
    ],
    [
      'an unknown form field with dots',
      `${head}    conversations:\n      - UniqueName: x\n        Timers.Idle: PT1H\n`,
      /^6: services\[0\]\.conversations\[0\]\.Timers\.Idle: `createserviceconversation` has no field or parameter `Timers\.Idle`/,
    ],
    [
      'an entry that Twilio would refuse',
      `${head}    users:\n      - Identity: alice\n      - Identity: alice\n`,
      /^6: services\[0\]\.users\[1\]: Twilio would refuse this: 50201 User already exists/,
    ],
    [
      'a state that Twilio would refuse',
      `${head}    conversations:\n      - UniqueName: x\n        State: open\n`,
      /^6: services\[0\]\.conversations\[0\]\.State: Twilio would refuse this: 50378/,
    ],
    [
      'a form field that is nested too deeply',
      `${head}    users:\n      - Identity: alice\n        Attributes: ${'['.repeat(40)}${']'.repeat(40)}\n`,
      /^5: services\[0\]\.users\[0\]: `Attributes` of `createserviceuser` must be a string/,
    ],
    [
      'a role that does not exist',
      `${head}    users:\n      - Identity: alice\n        role: boss\n`,
      /^6: services\[0\]\.users\[0\]\.role: the service has no role "boss"/,
    ],
    [
      'a SID twice',
      `${head}    users:\n      - { sid: US${'1'.repeat(32)}, Identity: a }\n      - { sid: US${'1'.repeat(32)}, Identity: b }\n`,
      /^6: services\[0\]\.users\[1\]\.sid: US1{32} is given twice/,
    ],
    [
      'a receipt for an address without a receipt',
      `${head}    conversations:\n      - messages:\n          - Body: hello\n            receipts:\n              - { to: '+15557770101', status: read }\n`,
      /^8: .*messages\[0\]\.receipts\[0\]\.to: the message has no receipt for \+15557770101/,
    ],
    [
      'a receipt of an unknown status',
      `${head}    conversations:\n      - messages:\n          - { Body: hello, receipts: [{ to: x, status: seen }] }\n`,
      /^6: .*receipts\[0\]\.status: must be equal to one of the allowed values \(\["sent",/,
    ],
  ])('%s', async (_description, yaml, message) => {
    expect(await startError(yaml)).toMatch(message);
  });

  it('an unknown name', async () => {
    await expect(newSimulator({ seed: 'suport-desk' })).rejects.toThrow(/no seed "suport-desk".*empty.*support-desk/);
  });
});

describe('a generated seed', () => {
  const size = { conversations: 12, messages: 6, rngSeed: 'a' };

  it('depends only on its arguments', () => {
    expect(generateSeed(size)).toBe(generateSeed({ ...size }));
    expect(generateSeed({ ...size, rngSeed: 'b' })).not.toBe(generateSeed(size));
  });

  it('loads with the requested number of records', async () => {
    const { callOk } = await createTestSimulator({ seed: seedFile(generateSeed(size)) });
    const [ChatServiceSid] = sidsOf(await callOk('listservice'));
    const created = sidsOf(await callOk('listserviceconversation', { ChatServiceSid }));
    expect(created).toHaveLength(12);
    for (const ConversationSid of created) {
      const messages = await callOk('listserviceconversationmessage', { ChatServiceSid, ConversationSid });
      expect(sidsOf(messages)).toHaveLength(6);
    }
  });

  it('can be empty', async () => {
    const { callOk } = await createTestSimulator({
      seed: seedFile(generateSeed({ conversations: 0, messages: 0, rngSeed: '' })),
    });
    expect(sidsOf(await callOk('listservice'))).toHaveLength(1);
  });
});

it('a generated seed that no server would load is refused before it is written', () => {
  const size = { conversations: 100_000, messages: 14, rngSeed: 's' };
  expect(() => generateSeed(size)).toThrow(
    /at least 1,700,000 entries .* at most 1,000,000: lower --conversations or --messages/,
  );
});

it('no conversation of a seed shows activity after now, however many messages it has', async () => {
  const seed = seedFile(generateSeed({ conversations: 20, messages: 5, rngSeed: 's' }));
  const { controls } = await newSimulator({ seed });
  const list = controls.find(({ name }) => name === 'conversations.list');
  const found = (await list?.run(ACCOUNT, {})) as { conversations: { activity: string }[] } | undefined;
  const times = found?.conversations.map(({ activity }) => Date.parse(activity)) ?? [];
  expect(times).toHaveLength(20);
  expect(new Set(times)).toEqual(new Set([Date.parse(START)]));
});

it('a large seed reports its progress while it is generated', () => {
  const made: number[] = [];
  generateSeed({ conversations: 2001, messages: 0, rngSeed: 's', onProgress: (count) => made.push(count) });
  expect(made).toEqual([0, 1000, 2000]);
});

it('no agent of a generated seed is in more conversations than a user may be', () => {
  const seed = generateSeed({ conversations: 10_000, messages: 0, rngSeed: 's' });
  const counts = new Map<string, number>();
  // The users come before the conversations.
  for (const [, agent = ''] of seed.split('conversations:')[1]?.matchAll(/Identity: (agent-\d+)$/gm) ?? []) {
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(MAX_OPEN_CONVERSATIONS);
});
