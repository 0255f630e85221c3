import { expect, test } from 'vitest';
import { openInspector, useBrowser } from './open-inspector.js';

useBrowser();

const difference = { scenario: 'role', step: 'make it', operation: 'createservicerole', path: 'type', kind: 'value' };
const report = {
  'understudy-contract': 1,
  outcome: 'drift',
  left: 'simulate',
  right: null,
  milliseconds: 1,
  drifts: [{ ...difference, expected: 'service', actual: '<b>conversation</b>' }],
  accepted: [],
  stale: [],
  scenarios: [],
};

test('an uploaded contract report shows each difference with its expected and actual value', async () => {
  const { page, goTo, understudy } = await openInspector();
  await goTo('contract');
  await page.getByText('No report yet').waitFor();
  await understudy.controls.run('contract.keep', undefined, { report });
  await page.getByText('make it').waitFor();
  expect(await page.getByRole('group', { name: 'Expected' }).innerText()).toBe('"service"');
  expect(await page.getByRole('group', { name: 'Actual' }).innerText()).toBe('"<b>conversation</b>"');
});
