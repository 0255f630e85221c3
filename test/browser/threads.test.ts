import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';
import { connectClient } from './connect-client.js';
import { startWebhookEndpoint } from './webhook-endpoint.js';

useBrowser();

test('a thread shows a call with its webhooks, receipts, clients and later requests, and opens from each of its ends', async () => {
  const url = await startWebhookEndpoint(() => ({}));
  const inspector = await openInspector();
  const { page, goTo, call } = inspector;
  const client = await connectClient(inspector, 'ada');
  await client.getConversationBySid(CONVERSATION);
  const hooks = {
    PreWebhookUrl: url,
    PostWebhookUrl: url,
    Filters: ['onMessageAdd', 'onMessageAdded'],
    Method: 'POST',
  };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  const { sid } = await call('createserviceconversationmessage', {
    ...messageInput({ Author: 'ada', Body: 'on its way' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await call('fetchserviceconversationmessage', { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, Sid: sid });
  const kinds = (): Promise<string[]> => page.locator('.waterfall .kind').allInnerTexts();
  // The seed's conversation has two webhooks of its own; nothing listens there.
  const expected = [
    'request',
    'record',
    'pre-action webhook',
    'webhook',
    'webhook',
    'receipt',
    'client',
    'later request',
  ];
  await goTo('requests?method=POST&operation=createserviceconversationmessage');
  await page.locator('a.entry').click();
  await expect.poll(async () => new Set(await kinds()), soon).toEqual(new Set(expected));
  await goTo('webhooks/1');
  await page.getByRole('link', { name: 'Open thread' }).click();
  await expect.poll(async () => new Set(await kinds()), soon).toEqual(new Set(expected));
  await goTo(`conversations/${CONVERSATION}/${String(sid)}`);
  await page.locator('.message-webhooks').getByText('onMessageAdded').first().waitFor();
  await page.locator('.message-webhooks').getByText('onMessageAdd', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Open thread' }).click();
  await expect.poll(async () => new Set(await kinds()), soon).toEqual(new Set(expected));
  await page.getByRole('row', { name: /^request POST createserviceconversationmessage 201/ }).waitFor();
  await page.getByRole('row', { name: /^client ada message added/ }).waitFor();
  const widths = await page
    .locator('.waterfall .bar')
    .evaluateAll((bars) => bars.map((bar) => (bar as unknown as { offsetWidth: number }).offsetWidth));
  expect(Math.min(...widths)).toBeGreaterThan(0);
});
