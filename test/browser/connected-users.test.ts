import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { connectClient } from './connect-client.js';
import { CONVERSATION, messageInput, openInspector, soon, useBrowser } from './open-inspector.js';

useBrowser();

const clientSdk = join(
  dirname(createRequire(import.meta.url).resolve('conversations-sdk-3')),
  'twilio-conversations.min.js',
);
const CHAT = `conversations/${CONVERSATION}`;

test('the chat shows who is connected and who is typing', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await goTo(CHAT);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const users = page.getByLabel('Connected users');
  expect(await users.count()).toBe(0);
  const client = await connectClient(inspector, 'ada');
  await expect.poll(() => users.innerText(), soon).toBe('ada is connected');
  const conversation = await client.getConversationBySid(CONVERSATION);
  await conversation.typing();
  await expect.poll(() => users.innerText(), soon).toBe('ada is typing');
  await expect.poll(() => users.innerText(), { timeout: 15_000, interval: 100 }).toBe('ada is connected');
  await client.shutdown();
  await expect.poll(() => users.count(), soon).toBe(0);
});

test('a chat as a participant opens in the inspector, without the client SDK', async () => {
  const { page, goTo } = await openInspector();
  await goTo(CHAT);
  await page.getByRole('button', { name: 'Details' }).click();
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open a chat as ada' }).click(),
  ]);
  await popup.getByLabel('Message as ada').fill('Here is ada.');
  await popup.keyboard.press('Enter');
  await popup.locator('.bubble').getByText('Here is ada.').waitFor();
  expect(new URL(popup.url()).hash).toContain('as=ada');
});

test('a chat as a participant uses the client SDK that was given', async () => {
  const { page, goTo, call, pageErrors } = await openInspector({ clientSdk });
  await goTo(CHAT);
  await page.getByRole('button', { name: 'Details' }).click();
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open a chat as ada' }).click(),
  ]);
  await popup.locator('#state').getByText('connected').waitFor();
  await popup.locator('#messages li').first().waitFor();
  await popup.getByLabel('Message', { exact: true }).fill('By the SDK.');
  await popup.keyboard.press('Enter');
  await popup.locator('#messages li.own').getByText('By the SDK.').waitFor();
  await call('createserviceconversationmessage', messageInput({ Author: 'bot', Body: 'By REST.' }));
  await popup.locator('#messages li').getByText('bot: By REST.').waitFor();
  await page.locator('.bubble').getByText('By the SDK.').waitFor();
  expect(pageErrors).toEqual([]);
});
