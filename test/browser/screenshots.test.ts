import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CONVERSATION, inspect, message, SERVICE, useBrowser } from './inspect.js';
import { serveWebhooks } from './webhook-server.js';

useBrowser();

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/screenshots/${name}.png`, import.meta.url));
const small = { width: 1200, height: 720 };

// The README shows them; they are taken anew by `SCREENSHOTS=1 npm run test:browser`.
test.runIf(process.env['SCREENSHOTS'] === '1')('the pictures of the README', async () => {
  const url = await serveWebhooks((fields) =>
    fields.get('EventType') === 'onMessageAdd' && fields.get('Author') === 'ada'
      ? { body: { body: 'Your new lamp comes on Monday. — Ada' } }
      : {},
  );
  const { page, open, call } = await inspect({ clock: '2026-03-02T09:30:00Z' }, small);
  const filters = ['onMessageAdd', 'onMessageAdded'];
  const hooks = { PreWebhookUrl: url, PostWebhookUrl: url, Filters: filters, Method: 'POST' };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  const { webhooks } = await call('listserviceconversationscopedwebhook', {
    ChatServiceSid: SERVICE,
    ConversationSid: CONVERSATION,
  });
  for (const { sid } of webhooks as { sid: string }[]) {
    const place = { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, Sid: sid };
    await call('deleteserviceconversationscopedwebhook', place);
  }
  await call('createserviceconversationmessage', {
    ...message({ Author: 'ada', Body: 'New lamp: Monday.' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await open(`conversations/${CONVERSATION}`);
  await page.getByLabel('Message as +15557770101').fill('Great, thank you!');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble').getByText('Great, thank you!').waitFor();
  await page.locator('.told').getByText('200').nth(1).waitFor();
  await page.getByTitle('Open this message').nth(5).click();
  await page.getByRole('heading', { name: 'Message #5' }).waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileOf('inspector-chat') });

  await page.emulateMedia({ colorScheme: 'dark' });
  await open('webhooks/1');
  await page.locator('ins').waitFor();
  await page.waitForTimeout(300);
  await page.screenshot({ path: fileOf('inspector-webhook') });
  expect(await page.locator('ins').innerText()).toContain('on Monday');
});
