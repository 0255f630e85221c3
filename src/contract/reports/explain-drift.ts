import type { Json } from '../../core/body.js';
import type { Drift, DriftKind } from '../model/drift.js';
import { textOf } from '../model/paths.js';
import type { SuiteReport } from '../run/run-suite.js';

const MAX_LENGTH = 300;

/** A value on one line. */
function display(value: Json | undefined): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

type Line = readonly [label: string, value: string];

/** The lines that explain a drift: a side or a rule, and its value. */
export function explainDrift(
  { kind, side, expected, actual, note }: Drift,
  report: Pick<SuiteReport, 'left' | 'right'>,
): readonly Line[] {
  if (kind === 'no-answer') {
    const reason = [note ?? '', textOf(actual)].filter((part) => part !== '').join(': ');
    return [[side ?? report.left, reason]];
  }
  if (side === undefined) {
    return [
      [report.right?.name ?? 'right', display(expected)],
      [report.left, display(actual)],
    ];
  }
  return [
    [isExpectation(kind) ? 'expected' : 'published', ruleOf({ kind, expected, note })],
    [side, display(actual)],
  ];
}

/** Whether the rule is one of the contract suite, not of the published schema. */
function isExpectation(kind: DriftKind): boolean {
  return kind === 'promise' || kind === 'header' || kind === 'latency';
}

function ruleOf({ kind, expected, note = '' }: Pick<Drift, 'kind' | 'expected' | 'note'>): string {
  if (kind === 'unknown-key') return 'no such key';
  if (kind === 'left-out-key') return 'always present, null if empty';
  if (isExpectation(kind) && expected !== undefined) {
    return note === '' ? display(expected) : `${display(expected)} (${note})`;
  }
  return note === '' ? 'nothing' : note.replace(/^published schema: /, '');
}
