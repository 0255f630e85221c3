import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openInspector, SERVICE, soon, useBrowser, type Inspector } from './open-inspector.js';

useBrowser();

/** The distance in pixels between the bottom of the view and the end of the list. */
function distanceToEnd(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const box = document.querySelector('.messages');
    return box.scrollHeight - box.clientHeight - box.scrollTop;
  })()`);
}

/** Creates a conversation with the given number of messages. `send` adds one more. */
async function createConversation({ call }: Inspector, messages: number) {
  const { sid } = await call('createserviceconversation', { ChatServiceSid: SERVICE, body: { FriendlyName: 'Busy' } });
  const path = { ChatServiceSid: SERVICE, ConversationSid: String(sid) };
  let count = 0;
  async function send(): Promise<void> {
    const body = { Author: count % 3 === 0 ? 'ada' : 'grace', Body: `message ${count} ${'words '.repeat(count % 40)}` };
    count += 1;
    await call('createserviceconversationmessage', { ...path, body });
  }
  for (let i = 0; i < messages; i += 1) await send();
  return { path: `conversations/${String(sid)}`, send, latest: () => `message ${count - 1} ` };
}

test('a chat of 36,000 messages opens at its end and stays there while messages are added', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  const { path, send, latest } = await createConversation(inspector, 36_000);
  for (let i = 0; i < 3; i += 1) {
    const writer = setInterval(() => void send(), 10);
    await goTo('faults');
    await page.getByRole('heading', { name: 'Faults', exact: true }).waitFor();
    await goTo(path);
    await page.locator('.bubble .text').first().waitFor();
    await page.waitForTimeout(1000);
    clearInterval(writer);
    await page.locator('.bubble').getByText(latest()).waitFor();
    await expect.poll(() => distanceToEnd(page), soon).toBeLessThan(3);
  }
}, 120_000);

test('a chat stays at its end when its area gets smaller while messages are added', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  const { path, send, latest } = await createConversation(inspector, 100);
  await goTo(path);
  await page.locator('.bubble').getByText(latest()).waitFor();
  await page.setViewportSize({ width: 1280, height: 600 });
  await send();
  await page.locator('.bubble').getByText(latest()).waitFor();
  await expect.poll(() => distanceToEnd(page), soon).toBeLessThan(3);
});

test('after scrolling up, a button counts the new messages and jumps to the latest one', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  const { path, send, latest } = await createConversation(inspector, 200);
  await goTo(path);
  await page.locator('.bubble').getByText(latest()).hover();
  await page.mouse.wheel(0, -3000);
  await expect.poll(() => distanceToEnd(page), soon).toBeGreaterThan(1000);
  for (let i = 0; i < 5; i += 1) await send();
  const button = page.getByRole('button', { name: '5 new ↓' });
  await button.waitFor();
  expect(await distanceToEnd(page)).toBeGreaterThan(1000);
  await button.click();
  await page.locator('.bubble').getByText(latest()).waitFor();
  await expect.poll(() => distanceToEnd(page), soon).toBeLessThan(3);
  await send();
  await page.locator('.bubble').getByText(latest()).waitFor();
  expect(await page.getByRole('button', { name: /new ↓/ }).count()).toBe(0);
});
