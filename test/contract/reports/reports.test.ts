import { describe, expect, it } from 'vitest';
import { runSuite, type SuiteReport } from '../../../src/contract/run/run-suite.js';
import { githubSummary } from '../../../src/contract/reports/github.js';
import { htmlReport } from '../../../src/contract/reports/html.js';
import { jsonReport } from '../../../src/contract/reports/json.js';
import { junitReport } from '../../../src/contract/reports/junit.js';
import { sarifReport } from '../../../src/contract/reports/sarif.js';
import { terminalReport } from '../../../src/contract/reports/terminal.js';
import { role } from '../../../src/contract/scenarios/role.js';
import { disturbed, published, simulator } from '../helpers.js';

/** A run in which the other side spells one role wrong, with characters that reports must mind. */
async function failing(): Promise<SuiteReport> {
  const right = disturbed((honest) => ({
    async call(operation, input, signal) {
      const answer = await honest.call(operation, input, signal);
      if (operation.name !== 'createservicerole' || answer.status !== 201) return answer;
      return { ...answer, body: { ...(answer.body as object), friendly_name: '<b>"x" & `y` | z</b>\u0007' } };
    },
  }));
  return runSuite({ scenarios: [role], left: simulator(), right, published });
}

describe('the reports of a run', () => {
  it('tell a person which operation, which step, and who says what', async () => {
    const text = terminalReport(await failing(), false);
    expect(text).toContain('role · make a role · createservicerole');
    expect(text).toContain('friendly_name: another value');
    expect(text).toMatch(/simulate +"moderator"/);
    expect(text.trim().split('\n').at(-1)).toMatch(/^\d+ differences? from disturbed$/);
  });

  it('are well-formed JUnit XML', async () => {
    const xml = junitReport(await failing());
    expect(xml).toMatch(/^<\?xml/);
    expect(xml).toContain('<testsuite name="role"');
    expect(xml).toContain('&lt;b&gt;');
    expect(xml).not.toContain('<b>');
    expect(xml).not.toContain('\u0007');
    const opened = [...xml.matchAll(/<([a-z]+)(?:\s[^<>]*)?(?<!\/)>/g)].length;
    expect([...xml.matchAll(/<\/[a-z]+>/g)]).toHaveLength(opened);
  });

  it('are SARIF that names its rules', async () => {
    const report = await failing();
    const sarif = JSON.parse(sarifReport(report, new Map([['role', 'stories/role.yaml']]), '1.2.3')) as {
      runs: { results: { ruleId: string; locations: unknown[] }[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    const [run] = sarif.runs;
    expect(run?.results).toHaveLength(report.drifts.length);
    expect(run?.tool.driver.rules.map(({ id }) => id)).toContain(run?.results[0]?.ruleId);
    expect(JSON.stringify(run?.results[0]?.locations)).toContain('stories/role.yaml');
  });

  it('are HTML in which nothing of the answers is markup', async () => {
    const html = htmlReport(await failing());
    expect(html).toContain('&lt;b&gt;');
    expect(html).not.toContain('<b>"x"');
    expect(html).not.toMatch(/<script|src=|href=/);
  });

  it('are JSON for programs', async () => {
    const json = JSON.parse(jsonReport(await failing())) as Record<string, unknown>;
    expect(json).toMatchObject({
      'understudy-contract': 1,
      outcome: 'drift',
      left: 'simulate',
      right: { name: 'disturbed' },
    });
    expect(json['fidelity']).toHaveLength(50);
  });

  it('are a summary for a GitHub job', async () => {
    const summary = githubSummary(await failing());
    expect(summary).toMatch(/^## ❌ understudy contract/);
    expect(summary).toContain('| createservicerole | role · make a role |');
    const rows = summary.split('\n').filter((line) => line.includes('friendly_name'));
    expect(rows.every((row) => row.startsWith('| createservicerole |') && row.endsWith(' |'))).toBe(true);
  });

  it('say that all is well', async () => {
    const report = await runSuite({ scenarios: [role], left: simulator(), right: simulator(), published });
    expect(terminalReport(report, false)).toContain('simulate agrees with simulate');
    expect(terminalReport(report, true)).toContain('\u001B[32m');
    expect(githubSummary(report)).toMatch(/^## ✅/);
  });
});
