/** Texts and figures that all reports share. */
import type { DriftKind } from '../model/drift.js';
import { checksOf, type Fidelity } from '../model/fidelity.js';
import type { SuiteReport } from '../run/run-suite.js';

/** Describes each kind of drift. */
export const KIND_LABELS: Readonly<Record<DriftKind, string>> = {
  missing: 'missing on the left side',
  extra: 'only on the left side',
  type: 'different types',
  value: 'different values',
  form: 'different forms of a value that may differ',
  status: 'different HTTP status',
  code: 'different error codes',
  header: 'a header that only one side sends, or a wrong content type',
  latency: 'the response was too slow',
  order: 'different order',
  link: 'different URLs',
  promise: 'an expectation of the scenario is not met',
  'unknown-key': 'a key that is not in the published schema',
  'left-out-key': 'a key of the published schema is missing',
  shape: 'violates the published schema',
  'no-answer': 'no response',
};

/** What the left side was compared with. */
function rightLabel({ right }: Pick<SuiteReport, 'right'>): string {
  if (right === undefined) return 'expectations and published schemas';
  if (right.kind !== 'replay') return right.name;
  return `the recording${right.recorded === undefined ? '' : ` of ${right.recorded}`}`;
}

/** The result in one sentence. */
export function verdict(report: SuiteReport): string {
  const { drifts, accepted, stale, outcome } = report;
  const known = accepted.length > 0 ? `, ${accepted.length} known and accepted` : '';
  if (outcome === 'agree') return `${report.left} agrees with ${rightLabel(report)}${known}`;
  const outdated =
    stale.length > 0 ? `, ${counted(stale.length, 'known drift entry', 'known drift entries')} out of date` : '';
  const found = `${counted(drifts.length, 'difference')} from ${rightLabel(report)}${known}${outdated}`;
  return outcome === 'drift' ? found : `The run did not finish. Found until then: ${found}`;
}

/** The size of a run in one line. */
export function figures({ scenarios, fidelity, milliseconds }: SuiteReport): string {
  const called = fidelity.filter(({ answers }) => answers > 0).length;
  const steps = scenarios.reduce((sum, scenario) => sum + scenario.steps, 0);
  const checks = fidelity.reduce((sum, each) => sum + checksOf(each), 0);
  return [
    `${called} of ${fidelity.length} operations`,
    `${steps} steps in ${counted(scenarios.length, 'scenario')}`,
    counted(checks, 'check'),
    `${(milliseconds / 1000).toFixed(1)} s`,
  ].join(' · ');
}

/** The number of checks by what the responses were compared with. */
export function checkSources(report: SuiteReport): string {
  const total = (of: (each: Fidelity) => number) => report.fidelity.reduce((sum, each) => sum + of(each), 0);
  const expected = (['published', 'documented', 'recorded', 'inferred'] as const).map(
    (source) => `${source} ${total((each) => each.expected[source])}`,
  );
  const compared = report.right === undefined ? [] : [`${rightLabel(report)} ${total((each) => each.compared)}`];
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

export function fidelityHead(report: SuiteReport): string[] {
  const compared = report.right === undefined ? 'compared' : `compared with ${rightLabel(report)}`;
  return ['operation', 'responses', compared, 'schemas', 'published', 'documented', 'recorded', 'inferred', 'drifts'];
}

/** `1 step`, `2 steps`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
