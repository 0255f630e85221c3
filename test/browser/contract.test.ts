import { expect, test } from 'vitest';
import { openInspector, useBrowser } from './open-inspector.js';

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
    { kind: 'left-out-key', side: 'simulate', note: 'published schema: is missing' },
    { kind: 'unknown-key', side: 'simulate', actual: 1 },
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
