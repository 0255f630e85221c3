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

  it('for JUnit counts errors and failures, has times, and at most one failure for each case', async () => {
    const report = await failedRun();
    const [drift] = report.drifts;
    const [scenario] = report.scenarios;
    if (drift === undefined || scenario === undefined) throw new Error('The run has no drift.');
    const other = { ...drift, path: 'type', expected: 'service', actual: 'conversation' };
    const interrupted = { ...scenario, interrupted: 'the target does not answer' };
    const xml = junitReport({ ...report, drifts: [drift, other], scenarios: [interrupted] });
    expect(xml).toMatch(/<testsuite name="role" tests="\d+" failures="1" errors="1" skipped="0" time="\d+\.\d{3}">/);
    const cases = xml.match(/<testcase [^>]*>.*?<\/testcase>/gs) ?? [];
    expect(cases.length).toBe(scenario.transcript.steps.length + 1);
    expect(cases.filter((each) => !/ time="\d+\.\d{3}"/.test(each))).toEqual([]);
    expect(
      cases.map((each) => each.match(/<(?:failure|error|skipped)/g)?.length ?? 0).filter((count) => count > 0),
    ).toEqual([1, 1]);
    expect(xml).toContain('message="2 differences"');
    expect(cases.find((each) => each.includes('<failure'))).toMatch(/friendly_name.*type/s);
  });

  it('in SARIF gives help for every rule', async () => {
    const sarif = JSON.parse(sarifReport(await failedRun(), new Map(), '1.2.3')) as {
      runs: [{ tool: { driver: { rules: { help: { text: string } }[] } } }];
    };
    const { rules } = sarif.runs[0].tool.driver;
    expect(rules.filter(({ help }) => !help.text.includes('--only SCENARIO'))).toEqual([]);
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
