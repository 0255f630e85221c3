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
      `    <testcase classname="known-drift" name="${escape(`${known.scenario} · ${known.step} · ${known.path}`)}" time="0.000"><failure message="${escape(why)}"/></testcase>`,
  );
  const known =
    stale.length === 0
      ? []
      : [
          `  <testsuite name="known-drift" tests="${stale.length}" failures="${stale.length}" errors="0" skipped="0" time="0.000">\n${stale.join('\n')}\n  </testsuite>`,
        ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="understudy contract" time="${seconds(report.milliseconds)}">\n${[...suites, ...known].join('\n')}\n</testsuites>\n`;
}

function suiteOf(scenario: ScenarioReport, report: SuiteReport): string {
  const { name, milliseconds, interrupted } = scenario;
  const drifts = report.drifts.filter((drift) => drift.scenario === name);
  const cases = scenario.transcript.steps.map(({ step, skipped, milliseconds: duration = 0 }) => {
    const own = drifts.filter((drift) => drift.step === step.name);
    const inner = skipped === undefined ? failureOf(own, report) : `<skipped message="${escape(skipped)}"/>`;
    return {
      failures: Number(own.length > 0),
      errors: 0,
      skipped: Number(skipped !== undefined),
      text: `    <testcase classname="${escape(name)}" name="${escape(step.name)}" time="${seconds(duration)}">${inner}</testcase>`,
    };
  });
  if (interrupted !== undefined) {
    cases.push({
      failures: 0,
      errors: 1,
      skipped: 0,
      text: `    <testcase classname="${escape(name)}" name="finishes" time="0.000"><error message="${escape(interrupted)}"/></testcase>`,
    });
  }
  const total = (key: 'failures' | 'errors' | 'skipped'): number => cases.reduce((sum, each) => sum + each[key], 0);
  const head = `  <testsuite name="${escape(name)}" tests="${cases.length}" failures="${total('failures')}" errors="${total('errors')}" skipped="${total('skipped')}" time="${seconds(milliseconds)}">`;
  return [head, ...cases.map(({ text }) => text), '  </testsuite>'].join('\n');
}

/** One element for all drifts of a step, because common readers accept only one. */
function failureOf(drifts: readonly Drift[], report: SuiteReport): string {
  const [first] = drifts;
  if (first === undefined) return '';
  const message = drifts.length === 1 ? KIND_LABELS[first.kind] : `${drifts.length} differences`;
  const text = drifts.map((drift) => failureText(drift, report)).join('\n\n');
  return `<failure type="${first.kind}" message="${escape(message)}">${escape(text)}</failure>`;
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
