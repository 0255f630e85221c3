import type { Drift } from '../model/drift.js';
import type { ScenarioReport } from '../run/run-pair.js';
import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { explainDrift } from './explain-drift.js';
import { KIND_LABELS } from './labels.js';

/** One test suite for each scenario, one test case for each step. */
export function junitReport(report: SuiteReport): string {
  const suites = report.scenarios.map((scenario) => suiteOf(scenario, report));
  const stale = report.stale.map(
    ({ known, why }) =>
      `    <testcase classname="known-drift" name="${escape(`${known.scenario} · ${known.step} · ${known.path}`)}"><failure message="${escape(why)}"/></testcase>`,
  );
  const known =
    stale.length === 0
      ? []
      : [
          `  <testsuite name="known-drift" tests="${stale.length}" failures="${stale.length}">\n${stale.join('\n')}\n  </testsuite>`,
        ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="understudy contract" time="${seconds(report.milliseconds)}">\n${[...suites, ...known].join('\n')}\n</testsuites>\n`;
}

function suiteOf(scenario: ScenarioReport, report: SuiteReport): string {
  const { name, milliseconds, interrupted } = scenario;
  const drifts = report.drifts.filter((drift) => drift.scenario === name);
  const cases = scenario.transcript.steps.map(({ step, skipped }) => {
    const own = drifts.filter((drift) => drift.step === step.name);
    const failures = own.map(
      (drift) =>
        `<failure type="${drift.kind}" message="${escape(KIND_LABELS[drift.kind])}">${escape(failureText(drift, report))}</failure>`,
    );
    const inner = skipped === undefined ? failures : [`<skipped message="${escape(skipped)}"/>`];
    return {
      failed: own.length > 0,
      text: `    <testcase classname="${escape(name)}" name="${escape(step.name)}">${inner.join('')}</testcase>`,
    };
  });
  if (interrupted !== undefined) {
    cases.push({
      failed: true,
      text: `    <testcase classname="${escape(name)}" name="finishes"><error message="${escape(interrupted)}"/></testcase>`,
    });
  }
  const failed = cases.filter((each) => each.failed).length;
  const head = `  <testsuite name="${escape(name)}" tests="${cases.length}" failures="${failed}" time="${seconds(milliseconds)}">`;
  return [head, ...cases.map(({ text }) => text), '  </testsuite>'].join('\n');
}

function failureText(drift: Drift, report: SuiteReport): string {
  const lines = explainDrift(drift, report).map(([label, value]) => `${label}: ${value}`);
  return [`${drift.operation}${drift.path === '' ? '' : ` · ${drift.path}`}`, ...lines, drift.curl ?? '']
    .join('\n')
    .trim();
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
