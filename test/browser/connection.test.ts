import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, useBrowser } from './open-inspector.js';

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
