import { expect, test } from 'vitest';
import { openInspector, SERVICE, soon, useBrowser, type Inspector } from './open-inspector.js';

useBrowser();

async function callTimes({ call }: Inspector, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await call('fetchservice', { Sid: SERVICE });
}

test('an opened request stays open after 1,000 later requests have pushed it out of the log', async () => {
  const inspector = await openInspector();
  const { page, goTo, call } = inspector;
  await call('createservice', { body: { FriendlyName: 'first' } });
  await goTo('requests/1');
  await page.getByRole('heading', { name: 'createservice' }).waitFor();
  await callTimes(inspector, 1100);
  await page.getByText('This request is no longer in the log.').waitFor();
  await page.getByRole('heading', { name: 'createservice' }).waitFor();
  await page.getByRole('group', { name: 'Response' }).getByText('"first"').waitFor();
  expect(await page.getByRole('button', { name: 'Copy as curl' }).isDisabled()).toBe(true);
});

test('the list shows no partial state while the log is reloaded', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await callTimes(inspector, 600);
  await goTo('requests');
  await page.getByText('600 requests').waitFor();
  await page.evaluate(`(() => {
    window.counts = [];
    const summary = document.querySelector('.summary [role="status"]');
    new MutationObserver(() => window.counts.push(parseInt(summary.textContent)))
      .observe(summary, { subtree: true, childList: true, characterData: true });
  })()`);
  // More changes than the event stream lists one by one.
  await callTimes(inspector, 300);
  await page.getByText('900 requests').waitFor();
  const counts = await page.evaluate<number[]>('window.counts');
  expect(counts.filter((count) => count < 600)).toEqual([]);
});

test('the summary counts the requests that the log has dropped as well', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await callTimes(inspector, 1200);
  await goTo('requests');
  await page.getByText('Last 1,000 of 1,200 requests').waitFor();
  await page.getByRole('button', { name: 'Clear log' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clear log' }).click();
  await page.getByText('0 requests').waitFor();
  await callTimes(inspector, 2);
  const summary = page.locator('.summary [role="status"]');
  await expect.poll(() => summary.innerText(), soon).toBe('2 requests');
});

test('a scrolled list pauses, and a button counts and shows the new requests', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await callTimes(inspector, 300);
  await goTo('requests');
  await page.getByText('300 requests').waitFor();
  await page.locator('.row').first().hover();
  await page.mouse.wheel(0, 2000);
  const rowAtTop = `document.elementFromPoint(300, 300).closest('a.entry').getAttribute('href')`;
  await expect.poll(() => page.evaluate<string>(rowAtTop), soon).not.toBe('#/requests/300');
  await page.waitForTimeout(300);
  const before = await page.evaluate<string>(rowAtTop);
  await callTimes(inspector, 50);
  await page.getByText('350 requests').waitFor();
  await page.getByRole('button', { name: '50 new ↑' }).waitFor();
  expect(await page.evaluate<string>(rowAtTop)).toBe(before);
  await page.getByRole('button', { name: '50 new ↑' }).click();
  await page.locator('a.entry').getByText('#350', { exact: true }).waitFor();
  await callTimes(inspector, 1);
  await page.locator('a.entry').getByText('#351', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /new ↑/ }).count()).toBe(0);
});

/** The memory of the page's objects in bytes, after a garbage collection. */
async function heapOf({ page }: Inspector): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
}

test('a page that stays open keeps no former versions of what it shows', async () => {
  const inspector = await openInspector({ seed: 'empty' });
  const { page, goTo, call } = inspector;
  const { sid } = await call('createservice', { body: { FriendlyName: 'busy' } });
  await goTo('faults');
  await page.getByRole('heading', { name: 'Faults', exact: true }).waitFor();
  // Each of them makes the page look for changes.
  const callAndWait = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      await call('fetchservice', { Sid: sid });
      await page.waitForTimeout(60);
    }
  };
  await callAndWait(30);
  const before = await heapOf(inspector);
  await callAndWait(90);
  // A version takes about 10 KB.
  expect((await heapOf(inspector)) - before).toBeLessThan(300_000);
}, 60_000);
