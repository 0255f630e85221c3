import { expect, test } from 'vitest';
import { messageInput, openInspector, SERVICE, soon, useBrowser, type Inspector } from './open-inspector.js';
import { startWebhookEndpoint } from './webhook-endpoint.js';

useBrowser();

/** Lets the service call `url` before and after a message is added, and adds one. */
async function addMessage({ call }: Inspector, url: string): Promise<void> {
  const hooks = {
    PreWebhookUrl: url,
    PostWebhookUrl: url,
    Filters: ['onMessageAdd', 'onMessageAdded'],
    Method: 'POST',
  };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  await call('createserviceconversationmessage', {
    ...messageInput({ Author: 'ada', Body: 'Hi' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
}

test('the changes by a pre-action webhook show before and after, and a delivery can be sent again', async () => {
  let received = 0;
  const url = await startWebhookEndpoint((fields) => {
    received += 1;
    return fields.get('EventType') === 'onMessageAdd' ? { body: { body: 'Hello, dear <customer>' } } : {};
  });
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await addMessage(inspector, url);
  await goTo('webhooks');
  await page.locator('a.entry').getByText('onMessageAdd', { exact: true }).click();
  const change = page.getByRole('row', { name: 'body Hi' });
  expect(await change.locator('del').innerText()).toBe('Hi');
  expect(await change.locator('ins').innerText()).toBe('Hello, dear <customer>');
  await page.locator('a.entry').filter({ hasText: 'onMessageAdded' }).filter({ hasText: url }).click();
  await page.getByText('X-Twilio-Signature').waitFor();
  const before = received;
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => page.getByText('X-Twilio-Signature').count(), soon).toBe(2);
  expect(received).toBe(before + 1);
});

test('values that a pre-action webhook returns unchanged are not shown as changes', async () => {
  const url = await startWebhookEndpoint((fields) =>
    fields.get('EventType') === 'onMessageAdd' ? { body: { body: 'Hello', author: fields.get('Author') } } : {},
  );
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await addMessage(inspector, url);
  await goTo('webhooks/1');
  await page.getByRole('heading', { name: 'Changes by the webhook' }).waitFor();
  expect(await page.locator('del').allInnerTexts()).toEqual(['Hi']);
  expect(await page.locator('ins').allInnerTexts()).toEqual(['Hello']);
});

test('a pre-action webhook that returns every value as it was changes nothing', async () => {
  const url = await startWebhookEndpoint((fields) => ({ body: { body: fields.get('Body') } }));
  const inspector = await openInspector();
  await addMessage(inspector, url);
  await inspector.goTo('webhooks/1');
  await inspector.page.getByText('The webhook changed nothing.').waitFor();
  expect(await inspector.page.locator('ins').count()).toBe(0);
});
