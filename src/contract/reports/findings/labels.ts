/** Texts and figures that all reports and the inspector share. */
import { checksOf, type Fidelity } from '../../model/fidelity.js';
import type { Run, RunScenario } from './run.js';

/** The sections of a report, in their order. */
export const SECTIONS = {
  differences: 'Differences',
  stale: 'Known differences that are out of date',
  accepted: 'Known differences',
  scenarios: 'Scenarios',
  checks: 'Checks of each operation',
} as const;

/** The columns of the list of scenarios. */
export const SCENARIO_COLUMNS = ['Scenario', 'Steps', 'Skipped', 'Differences'] as const;

/** What the left side was compared with. */
function rightLabel({ right }: Pick<Run, 'right'>): string {
  if (right == null) return 'expectations and published schemas';
  if (right.kind !== 'replay') return right.name;
  return `the recording${right.recorded === undefined ? '' : ` of ${right.recorded}`}`;
}

/** The result in one sentence. */
export function verdict(report: Run): string {
  const { drifts, accepted, stale, outcome } = report;
  const known = accepted.length > 0 ? `, ${accepted.length} known and accepted` : '';
  if (outcome === 'agree') return `${report.left} agrees with ${rightLabel(report)}${known}`;
  const outdated = stale.length > 0 ? `, ${counted(stale.length, 'known difference')} out of date` : '';
  const found = `${counted(drifts.length, 'difference')} from ${rightLabel(report)}${known}${outdated}`;
  return outcome === 'drift' ? found : `The run did not finish. Found until then: ${found}`;
}

/** The date and the size of a run in one line. */
export function figures({ started, scenarios, fidelity, milliseconds }: Run): string {
  const called = fidelity.filter(({ answers }) => answers > 0).length;
  const steps = scenarios.reduce((sum, scenario) => sum + scenario.steps, 0);
  const checks = fidelity.reduce((sum, each) => sum + checksOf(each), 0);
  return [
    ...(started === undefined ? [] : [dateOf(started)]),
    `${called} of ${fidelity.length} operations`,
    `${steps} steps in ${counted(scenarios.length, 'scenario')}`,
    counted(checks, 'check'),
    `${(milliseconds / 1000).toFixed(1)} s`,
  ].join(' · ');
}

/** `2026-01-31 09:15 UTC`. */
function dateOf(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Why scenarios did not finish, and what they could not delete. */
export function problemsOf(scenarios: readonly RunScenario[]): readonly (readonly [label: string, text: string])[] {
  return scenarios.flatMap(({ name, interrupted, leftovers }) => [
    ...(interrupted === undefined ? [] : [['not finished', `${name}: ${interrupted}`] as const]),
    ...leftovers.map((leftover) => ['not deleted', `${name}: ${leftover}`] as const),
  ]);
}

/** Why a scenario skipped steps; empty if it skipped none. */
export function skipReason([first]: RunScenario['skipped']): string {
  return first === undefined ? '' : `Skipped: ${first.why}`;
}

/** The number of checks by what the responses were compared with. */
export function checkSources(report: Run): string {
  const total = (of: (each: Fidelity) => number) => report.fidelity.reduce((sum, each) => sum + of(each), 0);
  const expected = (['published', 'documented', 'recorded', 'inferred'] as const).map(
    (source) => `${source} ${total((each) => each.expected[source])}`,
  );
  const compared = report.right == null ? [] : [`${rightLabel(report)} ${total((each) => each.compared)}`];
  const schemas = `published schemas ${total((each) => each.shapes)}`;
  return `checked against: ${[...compared, schemas, `expectations: ${expected.join(', ')}`].join(' · ')}`;
}

/** Rows of the fidelity table: the number of checks of each operation, by source. */
export function fidelityRows(fidelity: readonly Fidelity[]): (string | number)[][] {
  return fidelity.map((each) => {
    const { operation, answers, compared, shapes, expected, drifts } = each;
    const { published, documented, recorded, inferred } = expected;
    return [operation, answers, compared, shapes, published, documented, recorded, inferred, drifts];
  });
}

export function fidelityHead(report: Run): string[] {
  const compared = report.right == null ? 'Compared' : `Compared with ${rightLabel(report)}`;
  return [
    'Operation',
    'Responses',
    compared,
    'Schemas',
    'Published',
    'Documented',
    'Recorded',
    'Inferred',
    'Differences',
  ];
}

/** `1 step`, `2 steps`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
