import { expect, test } from 'vitest';
import { createEcho } from '../helpers/echo.js';
import { CONVERSATION, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';

useBrowser();

const focused = `document.activeElement.id || document.activeElement.getAttribute('href')`;
const phone = { width: 390, height: 780 };

test('the first Tab reaches a link that skips to the content, without changing the address', async () => {
  const { page, goTo } = await openInspector();
  await goTo('faults');
  await page.getByRole('heading', { name: 'Faults', exact: true }).waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to content' }).waitFor();
  await page.keyboard.press('Enter');
  expect(await page.evaluate<string>(focused)).toBe('main');
  expect(page.url()).toContain('#/faults');
});

test('on a phone, the focus follows into an entry and back to its row', async () => {
  const { page, goTo } = await openInspector({}, phone);
  await goTo();
  const row = page.locator(`a.entry[href="#/conversations/${CONVERSATION}"]`);
  await row.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Broken lamp, order 1042' }).waitFor();
  await expect.poll(() => page.evaluate<string>(focused), soon).toBe('main');
  await page.keyboard.press('Escape');
  await row.waitFor();
  await expect.poll(() => page.evaluate<string>(focused), soon).toBe(`#/conversations/${CONVERSATION}`);
});

test('on a phone, the current section is in view', async () => {
  const { page, goTo } = await openInspector({}, phone);
  await goTo('contract');
  const current = page.locator('.navigation [aria-current]');
  await current.getByText('Contract').waitFor();
  const isInView = async (): Promise<boolean> => {
    const box = await current.boundingBox();
    return box !== null && box.x >= 0 && box.x + box.width <= phone.width;
  };
  await expect.poll(isInView, soon).toBe(true);
});

test('on a phone, the tabs of a service do not overlap', async () => {
  const { page, goTo } = await openInspector({}, phone);
  await goTo(`services/${SERVICE}/media`);
  const tabs = page.locator('.tabs a');
  await tabs.getByText('Media').waitFor();
  const widths = await tabs.evaluateAll((all) => all.map(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth));
  expect(widths.filter((overflow) => overflow > 0)).toEqual([]);
  expect((await tabs.last().boundingBox())?.x).toBeLessThan(phone.width);
});

test('a form fits on a phone', async () => {
  const { page, goTo } = await openInspector({}, phone);
  await goTo(`services/${SERVICE}/users`);
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Identity').fill('fits');
  const box = await dialog.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(phone.width);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row').filter({ hasText: 'fits' }).waitFor();
});

test.each([1280, 1024, phone.width])('a long title without spaces stays within a page of %i pixels', async (width) => {
  const { page, goTo, call } = await openInspector({}, { width, height: 780 });
  const FriendlyName = 'A-title-without-spaces-'.repeat(11);
  const { sid: conversation } = await call('createserviceconversation', {
    ChatServiceSid: SERVICE,
    body: { FriendlyName },
  });
  const { sid: service } = await call('createservice', { body: { FriendlyName } });
  for (const view of ['conversations', `conversations/${String(conversation)}`, `services/${String(service)}`]) {
    await goTo(view);
    await page.getByText(FriendlyName).filter({ visible: true }).first().waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `in ${view}`).toBeLessThanOrEqual(
      width,
    );
    const outside = `[...document.querySelectorAll('h1, .entry, .main button')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML)`;
    expect(await page.evaluate<string[]>(outside), `in ${view}`).toEqual([]);
  }
});

test('a mode that calls Twilio opens with the requests and offers only what works in it', async () => {
  const { page, goTo, call } = await openInspector(
    { mode: 'live', seed: undefined, rngSeed: undefined },
    {},
    { createBackend: () => Promise.resolve(createEcho()) },
  );
  await call('fetchservice', { Sid: SERVICE });
  await goTo();
  await page.getByText('1 request').waitFor();
  const sections = page.getByRole('navigation', { name: 'Sections' }).getByRole('link');
  expect(await sections.allInnerTexts()).toEqual(['Requests', 'Charts', 'Faults', 'Contract']);
  expect(await page.locator('.navigation [aria-current]').innerText()).toBe('Requests');
});

test('with forced colours, the state of a row, a bar and the connection stay visible', async () => {
  const { page, goTo, call } = await openInspector();
  await page.emulateMedia({ forcedColors: 'active' });
  await call('fetchservice', { Sid: SERVICE });
  await goTo('requests/1');
  await page.locator('a.entry[aria-current]').waitFor();
  const style = (selector: string, property: string): Promise<string> =>
    page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}'))['${property}']`);
  expect(await style('a.entry[aria-current]', 'outlineStyle')).toBe('solid');
  expect(await style('.badge', 'borderTopStyle')).toBe('solid');
  await goTo('charts');
  await page.locator('.bar').first().waitFor();
  expect(await style('.bar', 'backgroundColor')).not.toBe(await style('body', 'backgroundColor'));
});
