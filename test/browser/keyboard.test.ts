import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openInspector, soon, useBrowser } from './open-inspector.js';

useBrowser();

test('j, k and Enter select and open a row, Escape goes back, and g r opens the requests', async () => {
  const { page, goTo } = await openInspector();
  await goTo();
  await page.locator('a.entry').nth(3).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Web chat 7' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Select a conversation').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect.poll(() => page.url(), soon).toContain('#/requests');
});

/** Moves the focus with Tab until it is on an element with this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const nameOfFocus = `(() => {
    const { activeElement: element } = document;
    return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
  })()`;
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>(nameOfFocus)).startsWith(name)) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}

test('a keyboard alone sends a message, adds and removes a fault with a confirmation, and creates a user', async () => {
  const { page, goTo } = await openInspector();
  const { keyboard } = page;
  await goTo();
  await page.locator('a.entry').nth(3).waitFor();
  // The first one is closed, the second one inactive.
  for (const key of ['j', 'j', 'j', 'Enter']) await keyboard.press(key);
  await page.getByLabel('Message as').waitFor();
  await tabTo(page, 'Message as');
  await keyboard.type('typed without a mouse');
  await tabTo(page, 'Send');
  await keyboard.press('Enter');
  await page.locator('.bubble').getByText('typed without a mouse').waitFor();
  expect(await page.getByLabel('Message as').inputValue()).toBe('');

  await keyboard.press('g');
  await keyboard.press('f');
  await page.getByRole('heading', { name: 'Faults', exact: true }).waitFor();
  await tabTo(page, 'Connection reset, once');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove all' }).waitFor();
  await tabTo(page, 'Remove all');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Remove all');
  await keyboard.press('Enter');
  await page.getByText('No active faults').waitFor();

  await keyboard.press('g');
  await keyboard.press('s');
  await page.locator('a.entry').getByText('Support desk').waitFor();
  await tabTo(page, 'Support desk');
  await keyboard.press('Enter');
  await page.getByRole('link', { name: 'Users', exact: true }).waitFor();
  await tabTo(page, 'Users');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Create user' }).waitFor();
  await tabTo(page, 'Create user');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Identity');
  await keyboard.type('mouseless');
  await keyboard.press('Enter');
  await page.getByRole('row').filter({ hasText: 'mouseless' }).waitFor();
}, 60_000);
