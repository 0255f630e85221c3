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
