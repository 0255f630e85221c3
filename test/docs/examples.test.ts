/**
 * The TypeScript examples of the documentation, word for word: `blocks.test.ts` compares the pages with the text between
 * `// example NAME` and `// end`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { transformWithOxc } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { PIXEL } from '../helpers/media.js';
import { startUnderstudy, twilioClientFor } from '../../src/index.js';
import { blocks } from './pages.js';

/** An app's webhook endpoint. */
async function startApp(): Promise<string> {
  const server = createServer((request, response) => void request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// example library
test('a case is closed after a day of silence', async () => {
  await using sim = await startUnderstudy({ clock: '2026-01-01T00:00:00Z' });
  const world = sim.world();
  const client = twilioClientFor(world);

  const service = await client.conversations.v1.services.create({ friendlyName: 'Desk' });
  const conversations = client.conversations.v1.services(service.sid).conversations;
  const { sid } = await conversations.create({ 'timers.closed': 'P1D' });

  await world.clock.advance('P1D');
  expect((await conversations(sid).fetch()).state).toBe('closed');
});
// end

async function setUp() {
  const sim = await startUnderstudy({ clock: '2026-01-01T00:00:00Z', rngSeed: 'docs' });
  onTestFinished(() => sim.close());
  const world = sim.world();
  const client = twilioClientFor(world);
  const app = await startApp();
  const service = await client.conversations.v1.services.create({ friendlyName: 'Desk' });
  return { sim, world, client, app, service: client.conversations.v1.services(service.sid) };
}

test('client SDKs connect with tokens of a world', async () => {
  // example clients
  await using sim = await startUnderstudy();
  const world = sim.world();
  const token = await world.clientToken('alice');
  expect(await world.connectedUsers()).toEqual([]);
  expect(await world.disconnect('alice')).toBe(0);
  // end
  expect(token.split('.')).toHaveLength(3);
});

test('a webhook can be awaited and sent again', async () => {
  const { world, app, service } = await setUp();
  // example webhooks
  await service.configuration.webhooks().update({
    postWebhookUrl: `${app}/hook`,
    filters: ['onMessageAdded'],
    method: 'POST',
  });
  const conversation = await service.conversations.create();
  const messages = service.conversations(conversation.sid).messages;
  await messages.create({ author: 'ann', body: 'Hello', xTwilioWebhookEnabled: 'true' });

  const delivery = await world.webhooks.waitFor('onMessageAdded');
  expect(delivery).toMatchObject({ state: 'delivered', parameters: { Author: 'ann', Body: 'Hello' } });
  await world.webhooks.redeliver(delivery.id); // same idempotency token, RetryCount 1
  // end
  expect((await world.webhooks.list())[0]?.attempts).toHaveLength(2);
});

test('an inbound message opens a conversation', async () => {
  const { world, service } = await setUp();
  const { sid } = await service.fetch();
  // example inbound
  await world.autocreate(sid); // a message from an unknown number opens a conversation in this service
  const inbound = await world.inbound({ from: '+15551230001', to: '+15559990000', body: 'My lamp is broken' });
  const opened = await service.conversations(inbound['conversation_sid'] as string).fetch();
  expect(opened.state).toBe('active');
  // end
});

test('a picture comes in and goes out', async () => {
  const { world, service } = await setUp();
  const { sid } = await service.fetch();
  const png = PIXEL;
  // example media
  const picture = { content: png, contentType: 'image/png', filename: 'lamp.png' };
  await world.autocreate(sid);
  const withPicture = await world.inbound({ from: '+15551230001', to: '+15559990000', media: picture });
  expect(withPicture['media']).toMatchObject([{ content_type: 'image/png', filename: 'lamp.png' }]);

  const { sid: mediaSid } = await world.media.upload(sid, picture); // as a program does at mcs.us1.twilio.com
  await service.conversations(withPicture['conversation_sid'] as string).messages.create({ mediaSid });
  expect(await world.media.download(sid, mediaSid)).toEqual(png);
  // end
});

test('the clock fires timers when the test advances it', async () => {
  const { world, service } = await setUp();
  // example clock
  await service.conversations.create({ 'timers.inactive': 'PT1H', 'timers.closed': 'P2D' });
  await world.clock.advance('PT1H'); // fires every timer on the way, each at its own time
  expect((await world.clock.show()).nextDue).toBe('2026-01-03T01:00:00.000Z');
  await world.clock.runToIdle(); // advances until nothing is due
  expect((await service.conversations.list({ state: 'closed' })).length).toBe(1);
  // end
});

test('a magic number makes a receipt fail', async () => {
  const { world, service } = await setUp();
  // example receipts
  const text = await service.conversations.create();
  const texting = service.conversations(text.sid);
  await texting.participants.create({
    'messagingBinding.address': '+15002300030', // a magic number: messages to it fail with error 30003
    'messagingBinding.proxyAddress': '+15559990000',
  });
  const question = await texting.messages.create({ author: 'desk', body: 'Are you there?' });
  await world.clock.advance('PT2S');
  const [receipt] = await texting.messages(question.sid).deliveryReceipts.list();
  expect(receipt).toMatchObject({ status: 'failed', errorCode: 30003 });

  // or set your own rules
  await world.receipts.setRules([{ address: 'whatsapp:*', steps: [{ after: 'PT1S', status: 'undelivered' }] }]);
  // end
});

test('a world can be snapshotted, restored, forked and exported', async () => {
  const { world, service } = await setUp();
  // example worlds
  await world.snapshot('before');
  const added = await service.conversations.create({ friendlyName: 'Case 1' });
  expect((await world.diff('before')).lines).toContain(`added conversations ${added.sid}`);
  await world.restore('before');
  await expect(service.conversations(added.sid).fetch()).rejects.toMatchObject({ status: 404 });

  const copy = await world.fork(); // another account SID with the same contents
  const file = await copy.export(); // a document that `import` and `--data` accept
  await world.import(file);
  // end
  expect(file.worlds).toHaveLength(1);
});

test('a fault makes the SDK retry', async () => {
  const { world } = await setUp();
  // example faults
  const retrying = twilioClientFor(world, { autoRetry: true });
  await world.faults.add({ operation: 'createservice', status: 429, times: 1 });
  await retrying.conversations.v1.services.create({ friendlyName: 'Second try' }); // the SDK retries

  await world.faults.add({ operation: 'list*', cut: 'reset', probability: 0.5, seed: 'chaos' });
  await world.faults.add({ event: 'onMessage*', webhook: 'lose', times: 1 });
  await world.faults.clear();
  // end
  expect(await world.faults.list()).toEqual([]);
});

test('a call that was not made is reported with the nearest one', async () => {
  const { world, service } = await setUp();
  // example verify
  await service.conversations.create({ friendlyName: 'Case 1' });
  const verdict = await world.verify({
    operation: 'createserviceconversation',
    input: { body: { FriendlyName: 'Case 2' } },
  });
  expect(verdict.verified).toBe(false);
  expect(verdict.nearest[0]?.differs).toEqual([
    { field: 'input.body.FriendlyName', expected: 'Case 2', actual: 'Case 1' },
  ]);
  const [line] = await world.curl({ operation: 'createserviceconversation' }); // curl -X POST 'http://127.0.0.1:…
  // end
  expect(line).toMatch(/^curl -X POST 'http/);
});

/** In the order of the page, as somebody pastes them who follows it. */
test('all examples of the library can be pasted into one test', async () => {
  const { world, client, app, service } = await setUp();
  const { sid } = await service.fetch();
  const given = { expect, twilioClientFor, world, client, app, service, sid, png: PIXEL };
  const texts = blocks
    .filter(
      ({ page, language, text }) => page === 'src/library/README.md' && language === 'ts' && !text.includes('import '),
    )
    .map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(5);
  const { code } = await transformWithOxc(`async () => {\n${texts.join('\n')}\n}`, 'pasted.ts');
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- the examples are text
  const run = new Function(...Object.keys(given), `return (${code.replace(/;\s*$/, '')})()`) as (
    ...values: unknown[]
  ) => Promise<void>;
  await run(...Object.values(given));
});
