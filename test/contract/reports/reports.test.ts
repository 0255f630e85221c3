import { describe, expect, it } from 'vitest';
import { githubSummary } from '../../../src/contract/reports/github.js';
import { htmlReport } from '../../../src/contract/reports/html.js';
import { jsonReport } from '../../../src/contract/reports/json.js';
import { junitReport } from '../../../src/contract/reports/junit.js';
import { sarifReport } from '../../../src/contract/reports/sarif.js';
import { terminalReport } from '../../../src/contract/reports/terminal.js';
import { runSuite, type SuiteReport } from '../../../src/contract/run/run-suite.js';
import { role } from '../../../src/contract/scenarios/role.js';
import { published, simulator, wrappedSimulator } from '../helpers.js';

/** A run in which the right side returns a wrong name, with characters that reports must escape. */
async function failedRun(): Promise<SuiteReport> {
  const right = wrappedSimulator((baseline) => ({
    async call(operation, input, signal) {
      const answer = await baseline.call(operation, input, signal);
      if (operation.name !== 'createservicerole' || answer.status !== 201) return answer;
      return { ...answer, body: { ...(answer.body as object), friendly_name: '<b>"x" & `y` | z</b>\u0007' } };
    },
  }));
  return runSuite({ scenarios: [role], left: simulator(), right, published });
}

describe('the report', () => {
  it('in the terminal shows the scenario, the step, the operation and both values', async () => {
    const text = terminalReport(await failedRun(), false);
    expect(text).toContain('role · create a role · createservicerole');
    expect(text).toContain('friendly_name: different values');
    expect(text).toMatch(/simulate +"moderator"/);
    expect(text.trim().split('\n').at(-1)).toMatch(/^\d+ differences? from wrapped$/);
  });

  it('for JUnit is well-formed XML', async () => {
    const xml = junitReport(await failedRun());
    expect(xml).toMatch(/^<\?xml/);
    expect(xml).toContain('<testsuite name="role"');
    expect(xml).toContain('&lt;b&gt;');
    expect(xml).not.toContain('<b>');
    expect(xml).not.toContain('\u0007');
    const opened = [...xml.matchAll(/<([a-z]+)(?:\s[^<>]*)?(?<!\/)>/g)].length;
    expect([...xml.matchAll(/<\/[a-z]+>/g)]).toHaveLength(opened);
  });

  it('in SARIF defines its rules and names the scenario file', async () => {
    const report = await failedRun();
    const sarif = JSON.parse(sarifReport(report, new Map([['role', 'scenarios/role.yaml']]), '1.2.3')) as {
      runs: { results: { ruleId: string; locations: unknown[] }[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    const [run] = sarif.runs;
    expect(run?.results).toHaveLength(report.drifts.length);
    expect(run?.tool.driver.rules.map(({ id }) => id)).toContain(run?.results[0]?.ruleId);
    expect(JSON.stringify(run?.results[0]?.locations)).toContain('scenarios/role.yaml');
  });

  it('in HTML escapes values and loads nothing', async () => {
    const html = htmlReport(await failedRun());
    expect(html).toContain('&lt;b&gt;');
    expect(html).not.toContain('<b>"x"');
    expect(html).not.toMatch(/<script|src=|href=/);
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
    expect(summary).toContain('| createservicerole | role · create a role |');
    const rows = summary.split('\n').filter((line) => line.includes('friendly_name'));
    expect(rows.every((row) => row.startsWith('| createservicerole |') && row.endsWith(' |'))).toBe(true);
  });

  it('shows that the sides agree', async () => {
    const report = await runSuite({ scenarios: [role], left: simulator(), right: simulator(), published });
    expect(terminalReport(report, false)).toContain('simulate agrees with simulate');
    expect(terminalReport(report, true)).toContain('\u001B[32m');
    expect(githubSummary(report)).toMatch(/^## ✅/);
  });
});
