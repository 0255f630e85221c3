import { expect, test } from 'vitest';
import { basic } from '../helpers/understudy.js';
import { ACCOUNT, openInspector, useBrowser } from './open-inspector.js';

useBrowser();

test('a fault is added with one click, counts its triggers, and can be removed', async () => {
  const { page, goTo, understudy } = await openInspector();
  await goTo('faults');
  await page.getByRole('button', { name: '429 Too Many Requests, once' }).click();
  await page.getByText('triggered 0×').waitFor();
  const response = await fetch(`${understudy.restUrl}/v1/Services`, { headers: basic(ACCOUNT) });
  expect(response.status).toBe(429);
  await page.getByText('triggered 1×').waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('No active faults').waitFor();
});
