import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { jsonReport } from '../../src/contract/reports/json.js';
import type { Json } from '../../src/core/json.js';
import { failedRun } from '../contract/reports/failed-run.js';
import { openHtmlReport } from './html-report.js';
import { CONVERSATION, messageInput, openInspector, useBrowser, views, type Inspector } from './open-inspector.js';

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Rule {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface AxeResults {
  readonly violations: readonly Rule[];
  readonly passes: readonly Rule[];
}

/** The violations that axe finds. `page.evaluate` is exempt from the page's script policy. */
async function accessibilityViolations({ page }: Pick<Inspector, 'page'>): Promise<string[]> {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
  expect(passes.length).toBeGreaterThan(10);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Controls that are visible and smaller than 24 by 24 pixels. Links within text are exempt (WCAG 2.2, 2.5.8). */
const smallTargets = `[...document.querySelectorAll('button, select, input, textarea, summary, nav a, a.entry, .back')]
  .map((element) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ element, box }) => box.width > 1 && !element.closest('.visually-hidden') && (box.width < 24 || box.height < 24))
  .map(({ element, box }) => element.outerHTML.slice(0, 80) + ' ' + box.width + 'x' + box.height)`;

test.each([
  ['wide and light', { width: 1280, height: 800 }],
  ['wide and dark', { width: 1280, height: 800, dark: true }],
  ['1024 pixels wide', { width: 1024, height: 768 }],
  ['narrow and light', { width: 390, height: 780 }],
  ['narrow and dark', { width: 390, height: 780, dark: true }],
])(
  '%s, no view has an accessibility violation or scrolls sideways',
  async (_, screen) => {
    const inspector = await openInspector({ clock: 'manual' }, screen);
    const { page, goTo, call, pageErrors } = inspector;
    await call('createserviceconversationmessage', {
      ...messageInput({ Author: 'ada', Body: 'hello', Nonsense: 1 }),
      'X-Twilio-Webhook-Enabled': 'true',
    });
    for (const view of views) {
      await goTo(view);
      await page.locator('.main > *').first().waitFor();
      await page.waitForTimeout(300);
      expect(await accessibilityViolations(inspector), `in ${view}`).toEqual([]);
      expect(await page.locator('h1').count(), `headings in ${view}`).toBe(1);
      expect(await page.evaluate<string[]>(smallTargets), `in ${view}`).toEqual([]);
      const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(scrollWidth, `in ${view}`).toBeLessThanOrEqual(screen.width);
    }
    expect(pageErrors).toEqual([]);
  },
  60_000,
);

test('a form has no accessibility violation, also with an error', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await goTo('services/account/addresses');
  await page.getByRole('button', { name: 'Create address configuration' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await accessibilityViolations(inspector)).toEqual([]);
});

test('message details, the clock menu and a confirmation have no accessibility violation', async () => {
  const inspector = await openInspector();
  const { page, goTo, call } = inspector;
  const { sid } = await call('createserviceconversationmessage', messageInput({ Author: 'ada', Body: 'hello' }));
  await goTo(`conversations/${CONVERSATION}/${String(sid)}`);
  await page.getByRole('heading', { name: 'Delivery receipts' }).waitFor();
  expect(await accessibilityViolations(inspector)).toEqual([]);
  await page.locator('.clock summary').click();
  expect(await accessibilityViolations(inspector)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  expect(await accessibilityViolations(inspector)).toEqual([]);
});

test('a contract report with both responses has no accessibility violation, and fits on a phone', async () => {
  const inspector = await openInspector({}, { width: 390, height: 780, dark: true });
  const { page, goTo, understudy } = inspector;
  const report = JSON.parse(jsonReport(await failedRun())) as Json;
  await understudy.controls.run('contract.keep', undefined, { report });
  await goTo('contract');
  await page.getByText('Whole responses').first().click();
  await page.getByText('equal lines').first().click();
  await page.locator('.diff .different').first().waitFor();
  expect(await accessibilityViolations(inspector)).toEqual([]);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});

test.each([
  ['wide and light', 1280, 'light'],
  ['narrow and dark', 390, 'dark'],
] as const)(
  '%s, the HTML report has no accessibility violation and does not scroll sideways',
  async (_, width, colorScheme) => {
    const report = await openHtmlReport({ differences: 2, colorScheme, viewport: { width, height: 780 } });
    await report.page.getByText('Whole responses:').first().click();
    expect(await accessibilityViolations(report)).toEqual([]);
    expect(await report.page.evaluate<string[]>(smallTargets)).toEqual([]);
    expect(await report.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  },
);
