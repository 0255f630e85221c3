import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestSimulator, newSimulator } from '../../../helpers/simulator.js';
import { callOk, startSim } from '../../../helpers/sim.js';
import type { SimWorld } from '../../../../src/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-seed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const service = `IS${'1'.repeat(32)}`;
const yaml = `understudy-seed: 1
credentials:
  - { sid: CR${'1'.repeat(32)}, Type: fcm, FriendlyName: App, Secret: top-secret }
configuration: { DefaultInactiveTimer: PT10M }
webhooks: { PostWebhookUrl: 'https://app.example.com/hook', Filters: [onUserAdded] }
addresses:
  - sid: IG${'1'.repeat(32)}
    Type: sms
    Address: '+15559990000'
    AutoCreation:
      Enabled: true
      Type: webhook
      ConversationServiceSid: ${service}
      WebhookUrl: https://app.example.com/hook
      WebhookFilters: [onMessageAdded]
services:
  - { sid: ${service}, FriendlyName: Desk, default: true }
`;

function seedFile(text: string): string {
  const file = join(folder, 'seed.yaml');
  writeFileSync(file, text);
  return file;
}

it('a seed can contain the records of the account', async () => {
  const { callOk: call } = await createTestSimulator({ seed: seedFile(yaml) });
  expect(await call('fetchconfiguration')).toMatchObject({
    default_chat_service_sid: service,
    default_inactive_timer: 'PT10M',
  });
  expect(await call('fetchconfigurationwebhook')).toMatchObject({
    post_webhook_url: 'https://app.example.com/hook',
    filters: ['onUserAdded'],
  });
  expect(await call('fetchconfigurationaddress', { Sid: '+15559990000' })).toMatchObject({
    sid: `IG${'1'.repeat(32)}`,
    auto_creation: { enabled: true, conversation_service_sid: service },
  });
  expect(await call('fetchcredential', { Sid: `CR${'1'.repeat(32)}` })).toMatchObject({ friendly_name: 'App' });
});

it.each([
  [yaml.replace('PT10M', 'PT1S'), /:4: configuration: Twilio would refuse this: 50375 /],
  [yaml.replace('Type: fcm', 'Type: sms'), /:3: credentials\[0\]: Twilio would refuse this: 52003 /],
  [yaml.replace('onUserAdded', 'onRain'), /:5: webhooks: Twilio would refuse this: 50365 /],
  [
    yaml.replace('Enabled: true', 'Enabld: true'),
    /:11: addresses\[0\]\.AutoCreation\.Enabld: .* Did you mean `AutoCreation\.Enabled`\?/,
  ],
  [yaml.replace('sid: IG', 'sid: AB'), /:7: addresses\[0\]\.sid: /],
  [yaml.replace('addresses:', 'adresses:'), /adresses: a seed has no such key here .*\. Did you mean `addresses`\?/],
])('an error in the records of the account names file, line and field (%#)', async (text, reason) => {
  const file = seedFile(text);
  const error: unknown = await newSimulator({ seed: file }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UNDERSTUDY_BAD_SEED', message: expect.stringMatching(reason) });
  expect((error as Error).message).toContain(file);
  expect((error as Error).message).not.toContain('top-secret');
});

const reads = ['fetchconfiguration', 'fetchconfigurationwebhook', 'listconfigurationaddress', 'listcredential'];

/** What the account-level operations show, and whether an opt-out is in force. */
async function readAll(world: SimWorld): Promise<string> {
  const texts = await Promise.all(reads.map(async (read) => JSON.stringify(await callOk(world, read))));
  return texts.join('\n').replaceAll(world.accountSid, 'AC');
}

it('an export and a snapshot contain the records of the account', async () => {
  const sim = await startSim({ seed: seedFile(yaml) });
  const world = sim.world('one');
  await world.inbound({ from: '+15550001111', to: '+15559990000', body: 'STOP' });
  const before = await readAll(world);
  await world.snapshot('full');
  const exported = await world.export();
  expect(JSON.stringify(exported)).not.toContain('top-secret');
  expect(JSON.stringify(exported)).toContain('optOuts');
  const other = sim.world('other');
  await other.import(exported);
  expect(await readAll(other)).toBe(before);
  await world.reset({ seed: 'empty' });
  expect(await readAll(world)).not.toBe(before);
  await world.restore('full');
  expect(await readAll(world)).toBe(before);
  expect(await world.export()).toEqual(exported);
});

it('a data file contains the records of the account', async () => {
  const dataFile = join(folder, 'worlds.json');
  const first = await createTestSimulator({ seed: seedFile(yaml), dataFile });
  const readTexts = async ({ call }: typeof first) => Promise.all(reads.map(async (read) => (await call(read)).text));
  const before = await readTexts(first);
  await first.close();
  const second = await createTestSimulator({ dataFile });
  expect(await readTexts(second)).toEqual(before);
  await second.close();
});

it('a document without account-level settings and records still loads', async () => {
  const sim = await startSim();
  const world = sim.world('old');
  await callOk(world, 'createservice', { body: { FriendlyName: 'Old' } });
  const { autocreateIn: _, ...exported } = (await world.export()).worlds[0] as unknown as Record<string, unknown>;
  const newSettings = [
    'defaultServiceSid',
    'messagingServiceSid',
    'defaultInactiveTimer',
    'defaultClosedTimer',
    'accountWebhooks',
  ];
  const { services, roles } = exported['records'] as Record<string, { friendlyName: string; sid: string }[]>;
  const old = Object.fromEntries(Object.entries(exported).filter(([name]) => !newSettings.includes(name)));
  const owned = services?.filter(({ friendlyName }) => friendlyName === 'Old') ?? [];
  const [mine] = owned;
  const records = {
    services: owned,
    roles: roles?.filter((role) => (role as unknown as { serviceSid: string }).serviceSid === mine?.sid) ?? [],
  };
  const document = {
    format: 'understudy-worlds',
    version: 1,
    worlds: [{ ...old, autocreateIn: mine?.sid, records }],
  };
  await world.control('worlds.import', { document });
  expect(await callOk(world, 'fetchconfiguration')).toMatchObject({
    default_chat_service_sid: expect.stringMatching(/^IS/),
    default_inactive_timer: null,
  });
  expect(await callOk(world, 'listconfigurationaddress')).toMatchObject({ address_configurations: [] });
  const message = await world.inbound({ from: '+15550001111', to: '+15559990000', body: 'Hi' });
  expect(message['chat_service_sid']).toBe(mine?.sid);
});
