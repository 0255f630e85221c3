import { expect, test } from 'vitest';
import { basic } from '../helpers/understudy.js';
import { ACCOUNT, CONVERSATION, inspect, message, SERVICE, useBrowser } from './inspect.js';
import { serveWebhooks } from './webhook-server.js';

useBrowser();

const soon = { timeout: 5000, interval: 20 };

test('requests appear as they are made, with what was wrong, and are found by operation and outcome', async () => {
  const { page, open, call } = await inspect();
  await open('requests');
  await page.getByText('No requests yet').waitFor();
  await call('createserviceconversationmessage', message({ Body: 'hello', Nonsense: 'x' }));
  await call('fetchserviceconversation', { ChatServiceSid: SERVICE, Sid: 'CHnone' });
  await expect.poll(() => page.locator('a.entry').count(), soon).toBe(2);
  await page.getByLabel('Outcome').selectOption('refused');
  await expect.poll(() => page.locator('a.entry').count(), soon).toBe(1);
  expect(await page.locator('a.entry').innerText()).toContain('fetchserviceconversation');
  await page.getByLabel('Outcome').selectOption('ignored');
  await page.locator('a.entry').click();
  await page.getByRole('heading', { name: 'Ignored, as Twilio does' }).waitFor();
  expect(page.url()).toContain('#/requests/1');
});

test('a request is copied as curl, as an SDK call and as a scenario step', async () => {
  const { page, open, call, understudy } = await inspect();
  await call('createserviceconversationmessage', message({ Body: 'hello' }));
  await open('requests/1');
  const copied = async (what: string): Promise<string> => {
    await page.getByRole('button', { name: `Copy ${what}` }).click();
    await page
      .getByRole('status')
      .filter({ hasText: `Copied: ${what}` })
      .waitFor();
    return page.evaluate<string>('navigator.clipboard.readText()');
  };
  expect(await copied('as curl')).toContain(
    `${understudy.restUrl}/v1/Services/${SERVICE}/Conversations/${CONVERSATION}`,
  );
  expect(await copied('as SDK call')).toContain('.messages.create({');
  expect(await copied('as scenario step')).toContain('operation: createserviceconversationmessage');
});

test('a hook’s change is shown as before and after, and a delivery is sent again', async () => {
  let told = 0;
  const url = await serveWebhooks((fields) => {
    told += 1;
    return fields.get('EventType') === 'onMessageAdd' ? { body: { body: 'Hello, dear <customer>' } } : {};
  });
  const { page, open, call } = await inspect();
  const hooks = {
    PreWebhookUrl: url,
    PostWebhookUrl: url,
    Filters: ['onMessageAdd', 'onMessageAdded'],
    Method: 'POST',
  };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  await call('createserviceconversationmessage', {
    ...message({ Author: 'ada', Body: 'Hi' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await open('webhooks');
  await page.locator('a.entry').getByText('onMessageAdd', { exact: true }).click();
  const change = page.getByRole('row', { name: 'body Hi' });
  expect(await change.locator('del').innerText()).toBe('Hi');
  expect(await change.locator('ins').innerText()).toBe('Hello, dear <customer>');
  await page.locator('a.entry').filter({ hasText: 'onMessageAdded' }).filter({ hasText: url }).click();
  await page.getByText('X-Twilio-Signature').waitFor();
  const before = told;
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => page.getByText('X-Twilio-Signature').count(), soon).toBe(2);
  expect(told).toBe(before + 1);
});

test('faults are added by one click, strike, and are taken away', async () => {
  const { page, open, understudy } = await inspect();
  await open('faults');
  await page.getByRole('button', { name: 'Too many requests, once' }).click();
  await page.getByText('struck 0 times').waitFor();
  const answer = await fetch(`${understudy.restUrl}/v1/Services`, { headers: basic(ACCOUNT) });
  expect(answer.status).toBe(429);
  await page.getByText('struck once').waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nothing goes wrong on purpose.').waitFor();
});

test('a reset asks first; a snapshot tells what is different and is restored', async () => {
  const { page, open, call } = await inspect();
  await open('worlds');
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  await page.getByRole('button', { name: 'What is different?' }).click();
  await page.getByText('Nothing is different.').waitFor();
  await call('createserviceconversationmessage', message({ Body: 'later' }));
  await page.locator('.diff').waitFor();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText('Nothing is different.').waitFor();
  await page.getByRole('button', { name: 'Seed empty' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await page.locator('tr.is-shown td').nth(1).innerText()).toBe('4');
  await page.getByRole('button', { name: 'Seed empty' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Seed empty' }).click();
  await expect.poll(() => page.locator('tr.is-shown td').nth(1).innerText(), soon).toBe('0');
});

test('a world is forked, and each address stays in its world', async () => {
  const { page, open } = await inspect();
  await open('worlds');
  const copy = `AC${'1'.repeat(32)}`;
  await page.getByRole('button', { name: 'Fork into this account' }).click();
  await page.getByText('Broken lamp, order 1042').click();
  expect(page.url()).toContain(`${CONVERSATION}?world=${copy}`);
  await page.getByLabel('Message as +15557770101').fill('only here');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble').getByText('only here').waitFor();
  await open(`conversations/${CONVERSATION}`);
  await page.locator('.bubble').getByText('It leaves the house today.').waitFor();
  expect(await page.locator('.bubble').getByText('only here').count()).toBe(0);
});

test('the last contract report shows drift by drift, expected beside actual', async () => {
  const { page, open, understudy } = await inspect();
  await open('contract');
  await page.getByText('No report yet').waitFor();
  const drift = { scenario: 'role', step: 'make it', operation: 'createservicerole', path: 'type', kind: 'value' };
  const report = {
    'understudy-contract': 1,
    outcome: 'drift',
    left: 'simulate',
    right: null,
    milliseconds: 1,
    drifts: [{ ...drift, expected: 'service', actual: '<b>conversation</b>' }],
    accepted: [],
    stale: [],
    scenarios: [],
  };
  await understudy.controls.run('contract.keep', undefined, { report });
  await page.getByText('make it').waitFor();
  expect(await page.getByRole('group', { name: 'Expected' }).innerText()).toBe('"service"');
  expect(await page.getByRole('group', { name: 'Actual' }).innerText()).toBe('"<b>conversation</b>"');
});

test('rows are walked and opened by the keyboard, and Escape leads back', async () => {
  const { page, open } = await inspect();
  await open();
  await page.locator('a.entry').nth(3).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Web chat 7' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Choose a conversation').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect.poll(() => page.url(), soon).toContain('#/requests');
});
