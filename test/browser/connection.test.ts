import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, SERVICE, useBrowser } from './open-inspector.js';

useBrowser();

test('after a lost connection the page reconnects and shows what it missed', async () => {
  const { page, goTo, understudy, call } = await openInspector();
  await goTo(`conversations/${CONVERSATION}`);
  await page.locator('.connection.open').waitFor();
  understudy.http.server.closeAllConnections();
  await page.locator('.connection.lost').waitFor();
  await call('createserviceconversationmessage', messageInput({ Body: 'sent while disconnected' }));
  await page.locator('.bubble').getByText('sent while disconnected').waitFor();
  await page.locator('.connection.open').waitFor();
  expect(await page.locator('.connection').getAttribute('title')).toContain('Live');
});

test('when the server stops, the page says so and keeps showing the last known state', async () => {
  const { page, goTo, understudy, call } = await openInspector();
  for (let i = 0; i < 3; i += 1) await call('fetchservice', { Sid: SERVICE });
  await goTo('requests');
  await page.getByText('3 requests').waitFor();
  await page.locator('.connection.open').waitFor();
  await understudy.close();
  await page.getByText('Connection lost: showing the last known state.').waitFor();
  await page.locator('a.entry').first().click();
  await page.getByRole('heading', { name: 'fetchservice' }).waitFor();
  await goTo('webhooks');
  await page.getByLabel('Search webhooks').waitFor();
  await goTo('requests');
  await page.getByText('3 requests').waitFor();
  await page.getByText('Cannot reach the server.').waitFor();
  expect(await page.locator('a.entry').count()).toBe(3);
  expect(await page.getByLabel('World').locator('option').count()).toBe(1);
});
