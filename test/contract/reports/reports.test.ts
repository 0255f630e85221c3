import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { causesOf, describeCause, placeOf } from '../../../src/contract/reports/findings/causes.js';
import { explanationLines } from '../../../src/contract/reports/findings/explain-drift.js';
import { checkSources, figures, SECTIONS, verdict } from '../../../src/contract/reports/findings/labels.js';
import { githubSummary } from '../../../src/contract/reports/github.js';
import { htmlReport } from '../../../src/contract/reports/html.js';
import { jsonReport } from '../../../src/contract/reports/json.js';
import { terminalReport } from '../../../src/contract/reports/terminal.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { role } from '../../../src/contract/scenarios/role.js';
import { published, simulator } from '../helpers.js';
import { eventfulRun, failedRun } from './failed-run.js';

describe('the report', () => {
  it('in the terminal shows the scenario, the step, the operation and both values', async () => {
    const text = terminalReport(await failedRun(), false);
    expect(text).toMatch(/different value · friendly_name · \d+× in createservicerole/);
    expect(text).toContain('role · create a role · createservicerole · friendly_name');
    expect(text).toMatch(/Actual \(simulate\) +"moderator"/);
    expect(text.trim().split('\n').at(-1)).toMatch(/^\d+ differences? from wrapped$/);
  });

  it('in the terminal shows the lines of the responses that differ', async () => {
    const lines = terminalReport(await failedRun(), false).split('\n');
    const title = lines.findIndex((line) => /^ {2}Whole responses: \d+ of \d+ lines differ$/.test(line));
    const diff = lines.slice(title + 1, title + 13);
    expect(diff).toContain('    +  "friendly_name": "moderator",');
    expect(diff.some((line) => line.startsWith('    -  "friendly_name": "<b>'))).toBe(true);
    expect(terminalReport(await failedRun(), true)).toContain('\u001B[32m+  "friendly_name": "moderator",\u001B[39m');
  });

  it('in HTML escapes values, loads nothing, and lets only its own script run', async () => {
    const html = htmlReport(await failedRun());
    expect(html).toContain('&lt;b&gt;');
    expect(html).not.toContain('<b>"x"');
    expect(html).not.toMatch(/src=|href=/);
    const [, script = '', ...others] = html.split(/<script>|<\/script>/);
    expect(others).toHaveLength(1);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
  });

  it('in HTML sets both responses side by side, once for each step', async () => {
    const report = await failedRun();
    const [drift] = report.drifts;
    if (drift === undefined) throw new Error('The run has no drift.');
    const html = htmlReport({ ...report, drifts: [drift, { ...drift, path: 'type' }] });
    expect(html).toMatch(/Whole responses: \d+ of \d+ lines differ/);
    expect(html).toContain('<th scope="col">Expected (wrapped)</th><th scope="col">Actual (simulate)</th>');
    expect(html).toContain('<td class="different actual">+   &quot;friendly_name&quot;: &quot;moderator&quot;,</td>');
    expect(html.split('Whole responses:')).toHaveLength(2);
    expect(html).toContain('The whole responses are at the first difference of this step.');
  });

  it('in JSON has the whole responses of each step with differences', async () => {
    const report = await failedRun();
    const { responses } = JSON.parse(jsonReport(report)) as { responses: unknown[] };
    expect(responses).toHaveLength(new Set(report.drifts.map(({ step }) => step)).size);
    expect(responses[0]).toMatchObject({
      scenario: 'role',
      step: 'create a role',
      left: { status: 201, body: { friendly_name: 'moderator' } },
      right: { status: 201, body: { friendly_name: expect.stringContaining('<b>') } },
    });
  });

  it('in JSON has the outcome, both sides and every operation', async () => {
    const json = JSON.parse(jsonReport(await failedRun())) as Record<string, unknown>;
    expect(json).toMatchObject({
      'understudy-contract': 1,
      outcome: 'drift',
      left: 'simulate',
      right: { name: 'wrapped' },
    });
    expect(json['fidelity']).toHaveLength(published.operations.length);
  });

  it('for a GitHub job has one table row for each difference', async () => {
    const summary = githubSummary(await failedRun());
    expect(summary).toMatch(/^## ❌ understudy contract/);
    const rows = summary.split('\n').filter((line) => line.startsWith('|') && line.includes('friendly_name'));
    expect(rows[0]).toContain('| role · create a role | createservicerole | `friendly_name` |');
    expect(rows.every((row) => row.endsWith(' |'))).toBe(true);
    expect(summary).toContain('\n-  "friendly_name": "<b>');
    expect(summary).toContain('\n+  "friendly_name": "moderator",');
  });

  it('has the same words, groups and date in every format', async () => {
    const report = { ...(await failedRun()), started: '2026-01-31T09:15:27.123Z' };
    expect(figures(report)).toMatch(/^2026-01-31 09:15 UTC · /);
    const formats = {
      terminal: terminalReport(report, false),
      html: unescape(htmlReport(report)),
      github: unescape(githubSummary(report)),
    };
    const [drift] = report.drifts;
    if (drift === undefined) throw new Error('The run has no drift.');
    for (const text of Object.values(formats)) {
      expect(text).toContain(verdict(report));
      expect(text).toContain(figures(report));
      for (const cause of causesOf(report.drifts)) expect(text).toContain(describeCause(cause));
      for (const [label] of explanationLines(drift, report)) expect(text).toContain(label);
    }
    for (const text of [formats.html, formats.github]) {
      for (const section of [SECTIONS.differences, SECTIONS.scenarios, SECTIONS.checks])
        expect(text).toContain(section);
      expect(text).toContain(checkSources(report));
    }
    expect(formats.terminal).toContain(placeOf(drift));
    expect(formats.html).toContain(placeOf(drift));
    expect(JSON.parse(jsonReport(report))).toMatchObject({ started: report.started });
  });

  it('shows known differences, problems and why steps were skipped in HTML and for a GitHub job', async () => {
    const report = await eventfulRun();
    for (const text of [unescape(htmlReport(report)), unescape(githubSummary(report))]) {
      expect(text).toContain('a "reason" &amp; more (until 2026-01-31)');
      expect(text).toContain('it expired on 2026-01-31');
      expect(text).toContain('the target does not answer');
      expect(text).toContain('Skipped: needs <a phone>');
    }
  });

  it('shows that the sides agree', async () => {
    const report = await runSuite({ scenarios: [role], left: simulator(), right: simulator(), published });
    expect(terminalReport(report, false)).toContain('simulate agrees with simulate');
    expect(terminalReport(report, true)).toContain('\u001B[32m');
    expect(githubSummary(report)).toMatch(/^## ✅/);
  });
});

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}
