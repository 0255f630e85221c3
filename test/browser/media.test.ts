import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mediaClient, PIXEL } from '../helpers/media.js';
import { ACCOUNT, CONVERSATION, messageInput, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';

useBrowser();

/** The width of the picture, when it is loaded. */
const widthOf = (page: Page): Promise<number> =>
  page.evaluate(`document.querySelector('img[alt="dot.png"]')?.naturalWidth`);

test('the chat shows a picture, and names other files', async () => {
  const { understudy, page, pageErrors, goTo, call } = await openInspector();
  const media = mediaClient({ url: understudy.restUrl, accountSid: ACCOUNT, authToken: 'any' });
  const picture = (await media.upload(SERVICE, PIXEL, 'image/png', '?Filename=dot.png')).json;
  const bill = (await media.upload(SERVICE, '<script>alert(1)</script>', 'text/html', '?Filename=bill.html')).json;
  await call('createserviceconversationmessage', messageInput({ Author: 'ada', MediaSid: picture.sid }));
  await call('createserviceconversationmessage', messageInput({ Author: 'ada', MediaSid: bill.sid }));

  await goTo(`conversations/${CONVERSATION}`);
  const shown = page.getByRole('img', { name: 'dot.png' });
  await expect.poll(() => widthOf(page), soon).toBe(1);
  const source = await shown.getAttribute('src');
  // New links in later answers do not load the picture again.
  await call('createserviceconversationmessage', messageInput({ Author: 'ada', Body: 'Did it arrive?' }));
  await page.locator('.bubble').getByText('Did it arrive?').waitFor();
  expect(await shown.getAttribute('src')).toBe(source);

  // A page of a customer opens without scripts, and without access to this server.
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'bill.html' }).click(),
  ]);
  await popup.waitForLoadState();
  expect(await popup.evaluate('origin')).toBe('null');
  expect(pageErrors).toEqual([]);
});

test('a service lists its media, and each has a page with the picture', async () => {
  const { understudy, page, pageErrors, goTo } = await openInspector();
  const media = mediaClient({ url: understudy.restUrl, accountSid: ACCOUNT, authToken: 'any' });
  const { sid } = (await media.upload(SERVICE, PIXEL, 'image/png', '?Filename=dot.png')).json;
  await goTo(`services/${SERVICE}/media`);
  const row = page.getByRole('row', { name: 'dot.png' });
  await row.waitFor();
  expect(await row.innerText()).toContain('image/png');
  await row.getByText(sid.slice(0, 6)).first().click();
  await page.getByRole('img', { name: 'dot.png' }).waitFor();
  await expect.poll(() => widthOf(page), soon).toBe(1);
  expect(pageErrors).toEqual([]);
});

test('a message can be sent as a participant with a picture and no text', async () => {
  const { page, pageErrors, goTo } = await openInspector();
  await goTo(`conversations/${CONVERSATION}`);
  const dot = { name: 'dot.png', mimeType: 'image/png', buffer: PIXEL };
  const note = { ...dot, name: 'note.png' };
  await page.getByLabel('Attach files').setInputFiles([dot, note]);
  await page.getByRole('button', { name: 'Remove note.png' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.left').getByRole('img', { name: 'dot.png' }).waitFor();
  await expect.poll(() => widthOf(page), soon).toBe(1);
  expect(await page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  expect(await page.getByText('note.png').count()).toBe(0);
  expect(pageErrors).toEqual([]);
});
