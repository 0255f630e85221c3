import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, SERVICE, useBrowser } from './open-inspector.js';
import { startWebhookEndpoint } from './webhook-endpoint.js';

useBrowser();

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/screenshots/${name}.png`, import.meta.url));
const screen = { width: 1200, height: 720 };
const phone = { width: 390, height: 720 };

// The documentation shows these files. `SCREENSHOTS=1 npm run test:browser` replaces them.
test.runIf(process.env['SCREENSHOTS'] === '1')('the screenshots of the documentation are replaced', async () => {
  const url = await startWebhookEndpoint((fields) =>
    fields.get('EventType') === 'onMessageAdd' && fields.get('Author') === 'ada'
      ? { body: { body: 'Your new lamp comes on Monday. — Ada' } }
      : {},
  );
  const { page, goTo, call } = await openInspector({ clock: '2026-03-02T09:30:00Z' }, screen);
  const filters = ['onMessageAdd', 'onMessageAdded'];
  const hooks = { PreWebhookUrl: url, PostWebhookUrl: url, Filters: filters, Method: 'POST' };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  const { webhooks } = await call('listserviceconversationscopedwebhook', {
    ChatServiceSid: SERVICE,
    ConversationSid: CONVERSATION,
  });
  for (const { sid } of webhooks as { sid: string }[]) {
    const input = { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, Sid: sid };
    await call('deleteserviceconversationscopedwebhook', input);
  }
  await call('createserviceconversationmessage', {
    ...messageInput({ Author: 'ada', Body: 'New lamp: Monday.' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await goTo(`conversations/${CONVERSATION}`);
  await page.getByLabel('Message as +15557770101').fill('Great, thank you!');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble').getByText('Great, thank you!').waitFor();
  await page.locator('.recent-webhooks').getByText('200').nth(1).waitFor();
  await page.getByTitle('Message details').nth(5).click();
  await page.getByRole('heading', { name: 'Message #5' }).waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileOf('inspector-chat') });

  await page.emulateMedia({ colorScheme: 'dark' });
  await goTo('webhooks/1');
  await page.locator('ins').waitFor();
  await page.waitForTimeout(300);
  await page.screenshot({ path: fileOf('inspector-webhook') });
  expect(await page.locator('ins').innerText()).toContain('on Monday');

  await page.emulateMedia({ colorScheme: 'light' });
  await goTo('threads/webhooks/1');
  await page.locator('.waterfall .bar').nth(2).waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileOf('inspector-thread'), clip: { x: 0, y: 0, width: 1200, height: 380 } });

  await page.setViewportSize(phone);
  await page.emulateMedia({ colorScheme: 'dark' });
  await goTo(`conversations/${CONVERSATION}`);
  await page.locator('.bubble').getByText('Great, thank you!').waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileOf('inspector-phone') });
});
