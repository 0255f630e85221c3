import { expect, test } from 'vitest';
import { createEcho } from '../helpers/echo.js';
import { CONVERSATION, openInspector, useBrowser, views } from './open-inspector.js';

useBrowser();

test('the page requests nothing but its own data, the API description and stored files', async () => {
  const { page, goTo, requestedUrls, understudy } = await openInspector();
  for (const view of views) {
    await goTo(view);
    await page.locator('.main > *').first().waitFor();
  }
  const own = ['/__understudy/', '/openapi.json', '/mcs/'].map((path) => understudy.restUrl + path);
  const elsewhere = requestedUrls.filter((url) => !own.some((start) => url.startsWith(start)));
  expect(elsewhere).toEqual([]);
  expect(requestedUrls.length).toBeGreaterThan(10);
});

test('an injected script does not run', async () => {
  const { page, goTo, pageErrors } = await openInspector();
  await goTo();
  const inject = `(() => {
    const script = document.createElement('script');
    try { script.textContent = 'window.ran = true'; document.body.append(script); } catch { return 'refused'; }
    return String(window.ran);
  })()`;
  expect(await page.evaluate<string>(inject)).toBe('refused');
  expect(pageErrors.join(' ')).toContain('TrustedScript');
});

test('the page asks for the token, keeps it in the tab, and puts it in no URL', async () => {
  const { page, goTo, requestedUrls } = await openInspector({ token: 'a-secret-token' });
  await goTo(`conversations/${CONVERSATION}`);
  const field = page.getByLabel('Token');
  await field.fill('wrong');
  await field.press('Enter');
  await page.getByText('Invalid token.').waitFor();
  await field.fill('a-secret-token');
  await field.press('Enter');
  await page.locator('.bubble').first().waitFor();
  await page.locator('.connection.open').waitFor();
  await page.reload();
  await page.locator('.bubble').first().waitFor();
  expect(requestedUrls.filter((url) => url.includes('a-secret-token'))).toEqual([]);
  expect(await page.evaluate<number>('localStorage.length + document.cookie.length')).toBe(0);
});

test('in live mode the page shows the traffic and offers no changes', async () => {
  const echo = createEcho();
  const { page, goTo, call, requestedUrls } = await openInspector(
    { mode: 'live' },
    {},
    { createBackend: () => Promise.resolve(echo) },
  );
  await call('createservice', { body: { FriendlyName: 'in production' } });
  const calls = echo.calls.length;
  await goTo('requests');
  await page.locator('a.entry').click();
  await page.getByText('in production').first().waitFor();
  for (const view of ['conversations', 'webhooks', 'services', 'worlds']) {
    await goTo(view);
    await page.getByText('This server runs in live mode.').waitFor();
  }
  for (const view of ['requests', 'faults', 'contract']) {
    await goTo(view);
    await page.locator('.main > *').first().waitFor();
    const buttons = await page.locator('.main button').allInnerTexts();
    expect(buttons, `buttons in ${view}`).toEqual(view === 'requests' ? ['More filters', 'HAR', 'Scenario'] : []);
  }
  expect(echo.calls.length).toBe(calls);
  expect(requestedUrls.filter((url) => /conversations\/|inbound|worlds\//.test(url.replace(/#.*/, '')))).toEqual([]);
});
