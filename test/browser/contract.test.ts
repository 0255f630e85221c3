import { expect, test } from 'vitest';
import { openHtmlReport } from './html-report.js';
import { openInspector, soon, useBrowser } from './open-inspector.js';

useBrowser();

const place = { scenario: 'role', step: 'make it', operation: 'createservicerole', path: 'type' };
const reportOf = (...drifts: object[]) => ({
  'understudy-contract': 1,
  outcome: 'drift',
  left: 'simulate',
  right: null,
  started: '2026-01-31T09:15:27.123Z',
  milliseconds: 1,
  fidelity: [],
  drifts: drifts.map((drift) => ({ ...place, ...drift })),
  accepted: [],
  stale: [],
  scenarios: [],
});

test('an uploaded contract report shows each difference with its expected and actual value', async () => {
  const { page, goTo, understudy } = await openInspector();
  await goTo('contract');
  await page.getByText('No report yet').waitFor();
  const report = reportOf({ kind: 'value', expected: 'service', actual: '<b>conversation</b>' });
  await understudy.controls.run('contract.keep', undefined, { report });
  await page.getByText('make it').waitFor();
  expect(await page.getByRole('group', { name: 'Expected' }).innerText()).toBe('"service"');
  expect(await page.getByRole('group', { name: 'Actual' }).innerText()).toBe('"<b>conversation</b>"');
  await page.getByText('2026-01-31 09:15 UTC').waitFor();
});

test('a missing field and an unknown field are explained where the report has no value', async () => {
  const { page, goTo, understudy } = await openInspector();
  const report = reportOf(
    { kind: 'missing-required-field', side: 'simulate', note: 'published schema: is missing' },
    { kind: 'field-not-in-schema', side: 'simulate', actual: 1 },
  );
  await understudy.controls.run('contract.keep', undefined, { report });
  await goTo('contract');
  await page.getByText('missing required field').waitFor();
  const expected = page.getByRole('group', { name: 'Expected' });
  const actual = page.getByRole('group', { name: 'Actual' });
  expect(await expected.allInnerTexts()).toEqual([
    'Required by the published schema; null if empty',
    'No such field in the published schema',
  ]);
  expect(await actual.allInnerTexts()).toEqual(['Missing', '1']);
});

test('the whole responses are shown side by side, and equal lines unfold', async () => {
  const { page, goTo, understudy } = await openInspector();
  const body = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));
  const report = {
    ...reportOf({ kind: 'value', expected: 'service', actual: 'conversation' }),
    right: { name: 'live', kind: 'live' },
    responses: [
      {
        scenario: place.scenario,
        step: place.step,
        left: { status: 201, body: { ...body, type: 'conversation' } },
        right: { status: 201, body: { ...body, type: 'service', sid: '<role.sid>' } },
        free: [],
      },
    ],
  };
  await understudy.controls.run('contract.keep', undefined, { report });
  await goTo('contract');
  await page.getByText('Whole responses: 2 of 25 lines differ').click();
  await page.getByRole('columnheader', { name: 'Expected (live)' }).waitFor();
  const different = page.locator('.diff .different');
  expect(await different.allInnerTexts()).toEqual([
    '−   "type": "service",',
    '+   "type": "conversation"',
    '−   "sid": "<role.sid>"',
  ]);
  expect(await page.getByText('"key3": 3,').count()).toBe(0);
  await page.getByText('19 equal lines').click();
  await page.getByText('"key3": 3,').first().waitFor();
  expect(await page.getByText('"key3": 3,').count()).toBe(2);
});

test('many differences are grouped by cause and unfold into single ones', async () => {
  const { page, goTo, understudy } = await openInspector();
  const many = Array.from({ length: 97 }, (_, i) => ({
    kind: 'type',
    operation: `operation${i % 6}`,
    path: `messages[${i}].index`,
    expected: i,
    actual: String(i),
  }));
  const report = reportOf(...many, { kind: 'value', expected: 'service', actual: 'conversation' });
  await understudy.controls.run('contract.keep', undefined, { report });
  await goTo('contract');
  const cause = page.getByText(/number expected, string received/);
  expect(await cause.innerText()).toContain('97× in 6 operations');
  expect(await page.getByRole('group', { name: 'Expected' }).filter({ visible: true }).count()).toBe(0);
  await cause.click();
  await page.getByRole('group', { name: 'Expected' }).first().waitFor({ state: 'visible' });
  await page.getByRole('button', { name: 'Show more (47 left)' }).click();
  expect(await page.getByRole('group', { name: 'Expected' }).filter({ visible: true }).count()).toBe(97);
});

test('the list of differences is searched by what it shows, and says how many it shows', async () => {
  const { page, goTo, understudy } = await openInspector();
  const many = Array.from({ length: 20 }, (_, i) => ({
    kind: 'value',
    operation: `operation${i}`,
    expected: i,
    actual: 0,
  }));
  const report = reportOf(...many, {
    kind: 'missing-required-field',
    side: 'simulate',
    operation: 'createservicerole',
  });
  await understudy.controls.run('contract.keep', undefined, { report });
  await goTo('contract');
  await page.getByText('21 of 21 differences').waitFor();
  await page.getByRole('searchbox', { name: 'Search differences' }).fill('missing required field');
  await page.getByText('1 of 21 differences').waitFor();
  expect(await page.locator('.cause').count()).toBe(1);
  await page.locator('.cause').getByText('createservicerole', { exact: true }).waitFor();
});

test('the HTML report is searched in the same way, by keyboard alone', async () => {
  const { page, errors } = await openHtmlReport({ differences: 20 });
  const status = page.getByRole('status');
  expect(await status.innerText()).toBe('20 of 20 differences');
  const causes = page.locator('.cause').filter({ visible: true });
  const drifts = page.locator('.drift').filter({ visible: true });
  expect([await causes.count(), await drifts.count()]).toEqual([2, 0]);
  await page.keyboard.press('Tab');
  await page.keyboard.type('CREATESERVICE3 ·');
  await expect.poll(() => status.innerText(), soon).toBe('1 of 20 differences');
  expect([await causes.count(), await drifts.count()]).toEqual([1, 1]);
  expect(await drifts.innerText()).toContain('createservice3');
  await page.getByRole('searchbox', { name: 'Search differences' }).fill('');
  await expect.poll(() => status.innerText(), soon).toBe('20 of 20 differences');
  expect(await causes.count()).toBe(2);
  expect(errors).toEqual([]);
});

test('without scripts, the HTML report shows everything and no search', async () => {
  const { page } = await openHtmlReport({ differences: 20, javaScriptEnabled: false });
  expect(await page.getByRole('searchbox').count()).toBe(0);
  expect(await page.locator('.cause').filter({ visible: true }).count()).toBe(2);
});

test('a value in the HTML report never becomes a script', async () => {
  const { page, errors } = await openHtmlReport({ differences: 1 });
  await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')");
  await expect.poll(() => errors.length, soon).toBeGreaterThan(0);
  expect(await page.title()).toBe('understudy contract');
});
