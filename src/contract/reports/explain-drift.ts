/** Words and figures that all reports share. */
import type { Json } from '../../core/body.js';
import type { Drift, DriftKind } from '../model/drift.js';
import { textOf } from '../model/paths.js';
import { type Fidelity, promisesOf } from '../model/fidelity.js';
import type { SuiteReport } from '../run/run-suite.js';

/** What each kind of drift means, for people who meet it for the first time. */
export const KINDS: Readonly<Record<DriftKind, string>> = {
  missing: 'only the right side has it',
  extra: 'only the left side has it',
  type: 'another type',
  value: 'another value',
  status: 'another HTTP status',
  code: 'another error code',
  header: 'a header that only one side sends',
  order: 'another order, where it is promised',
  link: 'a link that leads elsewhere',
  promise: 'the scenario promises something else',
  'unknown-key': 'a key that the published shape does not know',
  'left-out-key': 'a key of the published shape that is left out',
  shape: 'against the published shape',
  'no-answer': 'no answer',
};

const LONGEST = 300;

/** A value on one line. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Who says what: the two lines that explain a drift. */
export function sayings({ kind, side, expected, actual, note }: Drift, report: Pick<SuiteReport, 'left' | 'right'>) {
  if (kind === 'no-answer')
    return [[side ?? report.left, [note ?? '', textOf(actual)].filter((part) => part !== '').join(': ')]] as const;
  if (side === undefined) {
    return [
      [report.right?.name ?? 'right', shown(expected)],
      [report.left, shown(actual)],
    ] as const;
  }
  const rule = kind === 'promise' ? 'promised' : 'published';
  return [
    [rule, ruleOf({ kind, expected, note })],
    [side, shown(actual)],
  ] as const;
}

function ruleOf({ kind, expected, note = '' }: Pick<Drift, 'kind' | 'expected' | 'note'>): string {
  if (kind === 'unknown-key') return 'no key of this name';
  if (kind === 'left-out-key') return 'always there, null when empty';
  if (kind === 'promise' && expected !== undefined)
    return note === '' ? shown(expected) : `${shown(expected)} (${note})`;
  return note === '' ? 'nothing' : note.replace(/^published shape: /, '');
}

/** What the left side was held against, in words. */
export function againstWhat({ right }: Pick<SuiteReport, 'right'>): string {
  if (right === undefined) return 'expectations and published shapes';
  if (right.kind !== 'replay') return right.name;
  return `the recording${right.recorded === undefined ? '' : ` of ${right.recorded}`}`;
}

/** All figures of a run in one line. */
export function figures({ scenarios, fidelity, milliseconds }: SuiteReport): string {
  const covered = fidelity.filter(({ answers }) => answers > 0).length;
  const steps = scenarios.reduce((sum, scenario) => sum + scenario.steps, 0);
  const promises = fidelity.reduce((sum, each) => sum + promisesOf(each), 0);
  return [
    `${covered} of ${fidelity.length} operations`,
    `${steps} steps in ${counted(scenarios.length, 'scenario')}`,
    `${promises} promises checked`,
    `${(milliseconds / 1000).toFixed(1)} s`,
  ].join(' · ');
}

/** All promises together, by what they were checked against. */
export function sources(report: SuiteReport): string {
  const total = (of: (each: Fidelity) => number) => report.fidelity.reduce((sum, each) => sum + of(each), 0);
  const expected = (['published', 'documented', 'recorded', 'inferred'] as const).map(
    (source) => `${source} ${total((each) => each.expected[source])}`,
  );
  const compared = report.right === undefined ? [] : [`${againstWhat(report)} ${total((each) => each.compared)}`];
  const shapes = `published shapes ${total((each) => each.shapes)}`;
  return `checked against: ${[...compared, shapes, `expectations: ${expected.join(', ')}`].join(' · ')}`;
}

/** The rows of the fidelity table: how much of each operation was checked, and against what. */
export function fidelityRows(fidelity: readonly Fidelity[]): (string | number)[][] {
  return fidelity.map((each) => {
    const { operation, answers, compared, shapes, expected, drifts } = each;
    const { published, documented, recorded, inferred } = expected;
    return [operation, answers, compared, shapes, published, documented, recorded, inferred, drifts];
  });
}

export function fidelityHead(report: SuiteReport): string[] {
  const against = report.right === undefined ? 'compared' : `compared with ${againstWhat(report)}`;
  return ['operation', 'answers', against, 'shapes', 'published', 'documented', 'recorded', 'inferred', 'drifts'];
}

/** `1 step`, `2 steps`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Says how it ended, in a sentence. */
export function verdict(report: SuiteReport): string {
  const { drifts, accepted, stale, outcome } = report;
  const known = accepted.length > 0 ? `, ${accepted.length} known and accepted` : '';
  const old =
    stale.length > 0
      ? `, ${counted(stale.length, 'entry')} of known drift out of date`.replace('entrys', 'entries')
      : '';
  if (outcome === 'agree') return `${report.left} agrees with ${againstWhat(report)}${known}`;
  const found = `${counted(drifts.length, 'difference')} from ${againstWhat(report)}${known}${old}`;
  return outcome === 'drift' ? found : `The run did not come to its end; until then: ${found}`;
}
