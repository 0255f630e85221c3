import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CONVERSATION, inspect, message, SERVICE, useBrowser } from './inspect.js';
import { serveWebhooks } from './webhook-server.js';

useBrowser();

const CHAT = `conversations/${CONVERSATION}`;
const expectSoon = { timeout: 5000, interval: 20 };

test('conversations are listed by last activity, with state, channels and what was said last', async () => {
  const { page, open, call } = await inspect();
  await open();
  const first = page.locator('a.entry').first();
  await expect.poll(() => first.innerText(), expectSoon).toContain('Refund of order 0977');
  expect(await first.innerText()).toContain('closed');
  await call('createserviceconversationmessage', message({ Author: 'ada', Body: 'It has arrived.' }));
  await expect.poll(() => first.innerText(), expectSoon).toContain('ada: It has arrived.');
  expect(await first.innerText()).toContain('sms');
});

test('a message is on screen within 200 ms of the call, without reload', async () => {
  const { page, open, call } = await inspect();
  await open(CHAT);
  await page.getByText('It leaves the house today.').first().waitFor();
  const taken: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const text = `now ${i}`;
    const seen = page
      .locator('.bubble')
      .getByText(text, { exact: true })
      .waitFor()
      .then(() => performance.now());
    const called = performance.now();
    await call('createserviceconversationmessage', message({ Author: 'ada', Body: text }));
    taken.push((await seen) - called);
  }
  taken.sort((a, b) => a - b);
  expect(taken[5], `milliseconds: ${taken.map(Math.round).join(', ')}`).toBeLessThan(200);
});

test('whoever answers as the customer sees the message and the app’s webhook', async () => {
  const heard: string[] = [];
  const url = await serveWebhooks((fields) => {
    heard.push(`${fields.get('EventType')} ${fields.get('Source')} ${fields.get('Body')}`);
    return {};
  });
  const { page, open, call } = await inspect();
  const hooks = { PostWebhookUrl: url, Filters: ['onMessageAdded'], Method: 'POST' };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  await open(CHAT);
  const field = page.getByLabel('Message as +15557770101');
  await field.fill('Thank you!');
  await field.press('Enter');
  await page.locator('.bubble.left').getByText('Thank you!').waitFor();
  await page.locator('.told').getByText('200').first().waitFor();
  expect(heard).toEqual(['onMessageAdded SMS Thank you!']);
  await page.locator('.told a').first().click();
  await page.getByRole('heading', { name: 'onMessageAdded' }).waitFor();
  await page.getByRole('row', { name: 'Body Thank you!' }).waitFor();
});

test('one can write as any participant who has a phone or an identity', async () => {
  const { page, open } = await inspect();
  await open(CHAT);
  await page.getByLabel('Write as').selectOption({ label: 'ada (chat)' });
  await page.getByLabel('Message as ada').fill('By chat');
  await page.getByRole('button', { name: 'Send' }).click();
  const bubble = page.locator('.bubble.right').filter({ hasText: 'By chat' });
  await bubble.waitFor();
  // The customer has a phone, so there is a receipt.
  expect(await bubble.innerText()).toContain('sent');
});

test('a receipt is moved by hand, and a failure says its code', async () => {
  const { page, open } = await inspect();
  await open(CHAT);
  const bubble = page.locator('.bubble').filter({ hasText: 'Shall I send a new one?' });
  await expect.poll(() => bubble.innerText(), expectSoon).toContain('delivered');
  await bubble.getByTitle('Open this message').click();
  const move = page.getByRole('group', { name: 'Move the receipt of +15557770101' });
  await move.getByRole('button', { name: 'read' }).click();
  await expect.poll(() => bubble.innerText(), expectSoon).toContain('read');
  await move.getByLabel('Error code of a failure').selectOption('30005');
  await move.getByRole('button', { name: 'failed' }).click();
  await expect.poll(() => bubble.innerText(), expectSoon).toContain('failed 30005');
});

test('a conversation sleeps, wakes, and closes for good after a question', async () => {
  const { page, open } = await inspect();
  await open(CHAT);
  await page.getByRole('button', { name: 'Put to sleep' }).click();
  await page.locator('.chat-header .badge.inactive').waitFor();
  await page.getByRole('button', { name: 'Wake up' }).click();
  await page.locator('.chat-header .badge.active').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Close' });
  await dialog.getByText('can never be opened again').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByText('Closed is final in Twilio').waitFor();
  expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(0);
});

test('a timer that fires on the advanced clock shows at once', async () => {
  const { page, open } = await inspect({ clock: 'manual' });
  await open(CHAT);
  await page.getByText('falls asleep in').waitFor();
  await page.locator('.clock summary').click();
  await page.getByRole('button', { name: '+1 h', exact: true }).click();
  await page.locator('.chat-header .badge.inactive').waitFor();
  await page.getByText('closes in 7 d').waitFor();
  expect(await page.getByRole('button', { name: 'Wake up' }).count()).toBe(1);
});

test('text is data and never markup, and hidden characters are shown', async () => {
  const { page, open, call, complaints } = await inspect();
  const hostile = '<img src=x onerror="document.title=1"><script>alert(1)</script> \u202Eexe.fdp';
  const { sid } = await call('createserviceconversationmessage', message({ Author: '<b>eve</b>', Body: hostile }));
  const name = { ChatServiceSid: SERVICE, Sid: CONVERSATION, body: { FriendlyName: '<i>x</i>' } };
  await call('updateserviceconversation', { ...name });
  await open(`${CHAT}/${String(sid)}`);
  const body = page.locator('.bubble.is-selected .text');
  await body.waitFor();
  expect(await body.innerText()).toBe(hostile.replace('\u202E', 'U+202E'));
  expect(await page.locator('.bubble img, .bubble script, .bubble b, h1 i').count()).toBe(0);
  expect(await page.locator('.bubble.is-selected .author').innerText()).toBe('<b>eve</b>');
  expect(await page.title()).toBe('Conversations · Understudy');
  expect(complaints).toEqual([]);
});

test('a message has an address that opens it, from its SID alone too', async () => {
  const { page, open, call } = await inspect();
  const { sid } = await call('createserviceconversationmessage', message({ Body: 'deep' }));
  await open(`records/${String(sid)}`);
  await expect.poll(() => page.url(), expectSoon).toContain(`${CHAT}/${String(sid)}`);
  await page.locator('.bubble.is-selected').getByText('deep').waitFor();
});

test('search finds a conversation by what was said in it', async () => {
  const { page, open } = await inspect();
  await open();
  await page.locator('a.entry').nth(3).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('norway');
  await expect.poll(() => page.locator('a.entry').count(), expectSoon).toBe(1);
  expect(await page.locator('a.entry').innerText()).toContain('Web chat 7');
});

test('an empty world tells a newcomer what to run next', async () => {
  const { page, open, understudy } = await inspect({ seed: 'empty' });
  await open();
  await page.getByRole('heading', { name: 'No conversations yet' }).waitFor();
  expect(await page.locator('.snippet pre').first().innerText()).toContain(understudy.restUrl);
  await page.getByRole('button', { name: 'Load the support desk' }).click();
  await page.getByText('Broken lamp, order 1042').waitFor();
});

test('the lines for Twilio’s own SDK, as the empty page shows them, make a conversation whose customer one can be', async () => {
  const heard: (string | null)[] = [];
  const url = await serveWebhooks((fields) => {
    heard.push(fields.get('Body'));
    return {};
  });
  const { page, open } = await inspect({ seed: 'empty' });
  await open();
  const shown = await page.locator('.snippet pre').nth(1).innerText();
  const code = shown.replace('http://127.0.0.1:3000/twilio/events', url);
  expect(code).not.toBe(shown);
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  await page.locator('a.entry').filter({ hasText: 'How can I help?' }).click();
  await page.getByLabel('Message as +15557770100').fill('My lamp is broken.');
  await page.keyboard.press('Enter');
  await page.locator('.told').getByText('200').waitFor();
  expect(heard).toEqual(['My lamp is broken.']);
});
