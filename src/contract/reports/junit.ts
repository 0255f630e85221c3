import type { Drift } from '../model/drift.js';
import type { ScenarioReport } from '../run/run-pair.js';
import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { causesOf, describeCause } from './findings/causes.js';
import { explanationLines } from './findings/explain-drift.js';
import { counted, SECTIONS } from './findings/labels.js';

interface Case {
  readonly outcome?: 'failure' | 'error' | 'skipped';
  readonly name: string;
  readonly milliseconds: number;
  /** The element that states the outcome; empty if the case passed. */
  readonly inner: string;
}

/**
 * One test suite for each scenario, one test case for each step. It has only what all common schemas allow: attributes
 * that Ant, Jenkins and Surefire know, and the reason of a skipped step as text.
 */
export function junitReport(report: SuiteReport): string {
  const stale = report.stale.map(({ known: { scenario, step, path }, why }) => ({
    outcome: 'failure' as const,
    name: `${scenario} · ${step} · ${path}`,
    milliseconds: 0,
    inner: `<failure type="known-drift" message="${escape(why)}"/>`,
  }));
  const all = [
    ...report.scenarios.map((scenario) => [scenario.name, casesOf(scenario, report), scenario.milliseconds] as const),
    ...(stale.length === 0 ? [] : [[SECTIONS.stale, stale, 0] as const]),
  ];
  // Of all suites, no common schema has the number of skipped cases.
  const { skipped: _skipped, ...counts } = totals(all.flatMap(([, cases]) => cases));
  const suites = all.map(([name, cases, milliseconds]) => suiteOf(name, cases, milliseconds, report.started));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="understudy contract"${attributesOf(counts)} time="${seconds(report.milliseconds)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function suiteOf(name: string, cases: readonly Case[], milliseconds: number, started: string): string {
  const head = `  <testsuite name="${escape(name)}"${attributesOf(totals(cases))} time="${seconds(milliseconds)}" timestamp="${started.slice(0, 19)}">`;
  const lines = cases.map(
    (each) =>
      `    <testcase classname="${escape(name)}" name="${escape(each.name)}" time="${seconds(each.milliseconds)}">${each.inner}</testcase>`,
  );
  return [head, ...lines, '  </testsuite>'].join('\n');
}

function casesOf({ name, transcript, interrupted, leftovers }: ScenarioReport, report: SuiteReport): Case[] {
  const drifts = report.drifts.filter((drift) => drift.scenario === name);
  const cases = transcript.steps.map(({ step, skipped, milliseconds = 0 }): Case => {
    const own = drifts.filter((drift) => drift.step === step.name);
    if (skipped !== undefined && own.length === 0) {
      return { outcome: 'skipped', name: step.name, milliseconds, inner: `<skipped>${escape(skipped)}</skipped>` };
    }
    return {
      ...(own.length > 0 && { outcome: 'failure' }),
      name: step.name,
      milliseconds,
      inner: failureOf(own, report),
    };
  });
  const problems = [
    ...(interrupted === undefined ? [] : [interrupted]),
    ...leftovers.map((each) => `not deleted: ${each}`),
  ];
  if (problems.length === 0) return cases;
  const inner = `<error message="${escape(problems.join('; '))}"/>`;
  return [...cases, { outcome: 'error', name: 'finishes', milliseconds: 0, inner }];
}

function totals(cases: readonly Case[]) {
  const total = (outcome: Case['outcome']) => cases.filter((each) => each.outcome === outcome).length;
  return { tests: cases.length, failures: total('failure'), errors: total('error'), skipped: total('skipped') };
}

function attributesOf(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

/** One element for all drifts of a step, because common readers accept only one. */
function failureOf(drifts: readonly Drift[], report: SuiteReport): string {
  const [first] = drifts;
  if (first === undefined) return '';
  const [cause, ...others] = causesOf(drifts);
  const message =
    cause === undefined || others.length > 0 ? counted(drifts.length, 'difference') : describeCause(cause);
  const text = drifts.map((drift) => failureText(drift, report)).join('\n\n');
  return `<failure type="${first.kind}" message="${escape(message)}">${escape(text)}</failure>`;
}

function failureText(drift: Drift, report: SuiteReport): string {
  const lines = explanationLines(drift, report).map(([label, value]) => `${label}: ${value}`);
  return [`${drift.operation}${drift.path === '' ? '' : ` · ${drift.path}`}`, ...lines, drift.curl ?? '']
    .join('\n')
    .trim();
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
