import { expect, test } from 'vitest';
import { messageInput, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';
import { startWebhookEndpoint } from './webhook-endpoint.js';

useBrowser();

test('the changes by a pre-action webhook show before and after, and a delivery can be sent again', async () => {
  let received = 0;
  const url = await startWebhookEndpoint((fields) => {
    received += 1;
    return fields.get('EventType') === 'onMessageAdd' ? { body: { body: 'Hello, dear <customer>' } } : {};
  });
  const { page, goTo, call } = await openInspector();
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
