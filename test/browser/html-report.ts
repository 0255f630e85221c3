import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { htmlReport } from '../../src/contract/reports/html.js';
import { failedRun } from '../contract/reports/failed-run.js';
import { newPage } from './open-inspector.js';

interface HtmlReport {
  readonly page: Page;
  /** Messages logged as errors, including violations of the content security policy. */
  readonly errors: string[];
}

/** Opens the HTML report of a contract run from a file, as a user would; it closes when the test ends. */
export async function openHtmlReport({
  differences,
  ...context
}: {
  /** At least one; half of them have another cause than the others. */
  readonly differences: number;
  readonly javaScriptEnabled?: boolean;
  readonly colorScheme?: 'dark' | 'light';
  readonly viewport?: { readonly width: number; readonly height: number };
}): Promise<HtmlReport> {
  const report = await failedRun();
  const [drift] = report.drifts;
  if (drift === undefined) throw new Error('The run has no drift.');
  const drifts = Array.from({ length: differences }, (_, i) => ({
    ...drift,
    operation: `createservice${i}`,
    path: i % 2 === 0 ? 'type' : 'friendly_name',
  }));
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'report.html');
  writeFileSync(file, htmlReport({ ...report, drifts }));
  const page = await newPage(context);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, errors };
}
