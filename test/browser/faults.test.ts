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

test('the header shows the number of active faults in every view', async () => {
  const { page, goTo, understudy } = await openInspector();
  await goTo('conversations');
  await page.locator('a.entry').first().waitFor();
  expect(await page.locator('.header').innerText()).not.toContain('active');
  await understudy.controls.run('faults.add', undefined, { status: 503 });
  await page.getByRole('link', { name: '1 fault active' }).waitFor();
  await understudy.controls.run('faults.add', undefined, { operation: 'listservice', status: 429, times: 1 });
  await page.getByRole('link', { name: '2 faults active' }).click();
  await page.getByRole('heading', { name: 'Faults', exact: true }).waitFor();
  expect(page.url()).toContain('#/faults');
});

test('a fault that is used up no longer counts as active', async () => {
  const { page, goTo, understudy } = await openInspector();
  await understudy.controls.run('faults.add', undefined, { status: 429, times: 1 });
  await goTo('faults');
  await page.getByRole('link', { name: '1 fault active' }).waitFor();
  await fetch(`${understudy.restUrl}/v1/Services`, { headers: basic(ACCOUNT) });
  await page.getByText('used up').waitFor();
  await page.getByRole('link', { name: '1 fault active' }).waitFor({ state: 'detached' });
  expect(await page.locator('.fault-chip').count()).toBe(0);
});
