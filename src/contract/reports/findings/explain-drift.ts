import type { Json } from '../../../core/json.js';
import type { Drift, DriftKind } from '../../model/drift.js';
import { textOf } from '../../model/paths.js';
import type { Run } from './run.js';

/** One half of a difference: who has the value, and the value or what there is instead. */
interface DriftHalf {
  /** E.g. `Expected (live)`. */
  readonly label: string;
  readonly value?: Json | undefined;
  /** What to show if there is no value. */
  readonly absent: string;
}

interface Explanation {
  readonly expected: DriftHalf;
  readonly actual: DriftHalf;
}

/** What was expected, where from, and what the side has instead. */
export function explainDrift(drift: Drift, { left, right }: Pick<Run, 'left' | 'right'>): Explanation {
  const { kind, side, expected, actual, note = '' } = drift;
  const actualLabel = `Actual (${side ?? left})`;
  if (kind === 'no-response') {
    const reason = [note, textOf(actual)].filter((part) => part !== '').join(': ');
    return {
      expected: { label: 'Expected', absent: 'A response' },
      actual: { label: actualLabel, absent: reason === '' ? 'No response' : reason },
    };
  }
  const source = side === undefined ? (right?.name ?? 'right') : isExpectation(kind) ? 'scenario' : 'published schema';
  const absent = kind === 'header' ? 'Header not sent' : 'Missing';
  return {
    expected: {
      label: `Expected (${source})`,
      // The rule says more than the value.
      ...(side === undefined || isExpectation(kind) ? { value: expected } : {}),
      absent: side === undefined ? absent : ruleOf(kind, note),
    },
    actual: { label: actualLabel, value: actual, absent },
  };
}

/** Whether the rule is one of the contract suite, not of the published schema. */
function isExpectation(kind: DriftKind): boolean {
  return kind === 'failed-expectation' || kind === 'header' || kind === 'latency';
}

/** The rule that a single side breaks. */
function ruleOf(kind: DriftKind, note: string): string {
  if (kind === 'field-not-in-schema') return 'No such field in the published schema';
  if (kind === 'missing-required-field') return 'Required by the published schema; null if empty';
  return note === '' ? 'Not present' : note.replace(/^published schema: /, '');
}

const MAX_LENGTH = 300;

/** The two halves as lines of text: label and value. */
export function explanationLines(
  drift: Drift,
  run: Pick<Run, 'left' | 'right'>,
): readonly (readonly [string, string])[] {
  const { expected, actual } = explainDrift(drift, run);
  const hasRuleAndValue = drift.side !== undefined && expected.value !== undefined && (drift.note ?? '') !== '';
  const rule = hasRuleAndValue ? ` (${drift.note})` : '';
  return [
    [expected.label, `${display(expected)}${rule}`],
    [actual.label, display(actual)],
  ];
}

/** On one line. */
function display({ value, absent }: DriftHalf): string {
  const text = value === undefined ? absent : JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
