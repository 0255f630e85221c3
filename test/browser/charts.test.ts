import { expect, test } from 'vitest';
import { openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';

useBrowser();

test('charts have their values as tables, and a time range or an operation leads to its requests', async () => {
  const { page, goTo, call, pageErrors } = await openInspector();
  for (let i = 0; i < 5; i += 1) await call('fetchservice', { Sid: SERVICE });
  await call('fetchservice', { Sid: `IS${'0'.repeat(32)}` });
  await goTo('charts');
  const rates = page.getByRole('region', { name: 'Requests and errors per second' });
  await rates.locator('canvas').waitFor();
  await rates.getByText('Show as table').click();
  const cells = await rates.locator('tbody tr').last().locator('td').allInnerTexts();
  expect(cells.length).toBe(3);
  await rates.locator('tbody th a').last().click();
  await expect.poll(() => page.url(), soon).toMatch(/requests\?from=\d+&to=\d+$/);
  await page.locator('a.entry').first().waitFor();
  await goTo('charts');
  const latency = page.getByRole('region', { name: 'Latency by operation' });
  await latency.getByRole('columnheader', { name: 'Requests by duration in ms' }).waitFor();
  const row = latency.getByRole('row').filter({ hasText: 'fetchservice' });
  const [count, ...values] = await row.getByRole('cell').allInnerTexts();
  const distribution = values.slice(0, -3);
  expect(count).toBe('6');
  expect(distribution.reduce((sum, each) => sum + Number(each), 0)).toBe(6);
  const heights = await row
    .locator('.bar')
    .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().height));
  expect(heights.map((height) => height > 0)).toEqual(distribution.map((each) => each !== '0'));
  await latency.getByRole('link', { name: 'fetchservice' }).click();
  await page.getByText('6 requests').waitFor();
  await goTo('charts');
  await page.getByRole('region', { name: 'Delivery receipts by status' }).locator('canvas').waitFor();
  expect(pageErrors).toEqual([]);
});

test('dragging over the chart shows the requests of the time range', async () => {
  const { page, goTo, call } = await openInspector();
  await call('fetchservice', { Sid: SERVICE });
  await page.waitForTimeout(2100);
  await call('listservice', {});
  await goTo('charts');
  const over = page.getByRole('region', { name: 'Requests and errors per second' }).locator('.u-over');
  await over.waitFor();
  const box = await over.boundingBox();
  if (box === null) throw new Error('The chart has no size.');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => page.url(), soon).toMatch(/requests\?from=\d+&to=\d+$/);
  const [from = 0, to = 0] = (page.url().match(/\d{13}/g) ?? []).map(Number);
  expect(to - from).toBeGreaterThan(500);
  await page.getByRole('button', { name: 'Remove the time range' }).click();
  await page.getByText('2 requests').waitFor();
});
