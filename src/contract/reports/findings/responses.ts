/** The whole responses behind a difference, side by side. */
import {
  type DiffBlock,
  diffResponses,
  type DiffLine,
  foldEqualLines,
  type StepResponses,
} from '../../compare/diff.js';
import type { Drift } from '../../model/drift.js';
import { counted } from './labels.js';
import type { Run } from './run.js';

export interface ResponseDiff {
  /** E.g. `Whole responses: 2 of 24 lines differ`. */
  readonly title: string;
  /** The columns: the sides that have a response. */
  readonly columns: readonly { readonly side: 'expected' | 'actual'; readonly label: string }[];
  readonly blocks: readonly DiffBlock[];
}

export type Column = ResponseDiff['columns'][number];

/** Marks of lines that do not rely on colour. */
const MARKS = { expected: '−', actual: '+', tolerated: '~', equal: ' ' } as const;

export const DIFF_LEGEND = '− expected, + actual, ~ values that may differ';

/** The responses to the step of a difference; undefined if the report does not have them. */
export function responseDiff(drift: Drift, run: Pick<Run, 'left' | 'right' | 'responses'>): ResponseDiff | undefined {
  const found = responsesTo(drift, run);
  if (found === undefined) return undefined;
  const { left, right, free } = found;
  const lines = diffResponses(right, left, free);
  const sides = [
    { side: 'expected', label: `Expected (${run.right?.name ?? 'right'})`, answer: right },
    { side: 'actual', label: `Actual (${run.left})`, answer: left },
  ] as const;
  const columns = sides.filter(({ answer }) => answer != null).map(({ side, label }) => ({ side, label }));
  const different = lines.filter(({ state }) => state === 'different').length;
  const title =
    columns.length < 2
      ? `Whole response: ${counted(lines.length, 'line')}`
      : `Whole responses: ${different} of ${counted(lines.length, 'line')} differ`;
  return { title, columns, blocks: columns.length < 2 ? [{ isFolded: false, lines }] : foldEqualLines(lines) };
}

export function responsesTo(
  { scenario, step }: Pick<Drift, 'scenario' | 'step'>,
  { responses = [] }: Pick<Run, 'responses'>,
): StepResponses | undefined {
  return responses.find((each) => each.scenario === scenario && each.step === step);
}

/** One half of a line with its mark; undefined if that side has no such line. */
export function markedText({ state, ...line }: DiffLine, side: 'expected' | 'actual'): string | undefined {
  const text = line[side];
  return text === undefined ? undefined : `${MARKS[state === 'different' ? side : state]} ${text}`;
}

/**
 * The lines around the differences of the responses behind a difference, as a unified diff without headers; undefined unless
 * both sides have a response.
 */
export function shortDiff(
  drift: Drift | undefined,
  run: Pick<Run, 'left' | 'right' | 'responses'>,
  maxLines: number,
): { readonly title: string; readonly lines: readonly string[] } | undefined {
  const diff = drift && responseDiff(drift, run);
  return diff && diff.columns.length > 1 ? { title: diff.title, lines: unifiedDiff(diff, maxLines) } : undefined;
}

function unifiedDiff({ blocks }: ResponseDiff, maxLines: number): readonly string[] {
  const lines = blocks
    .filter(({ isFolded }) => !isFolded)
    .flatMap(({ lines: visible }) => visible)
    .flatMap(({ state, expected, actual }) =>
      state === 'equal'
        ? [` ${actual ?? expected ?? ''}`]
        : [...(expected === undefined ? [] : [`-${expected}`]), ...(actual === undefined ? [] : [`+${actual}`])],
    );
  const rest = lines.length - maxLines;
  return rest > 0 ? [...lines.slice(0, maxLines), `… and ${counted(rest, 'more line')}`] : lines;
}

export function foldLabel({ lines }: DiffBlock): string {
  return counted(lines.length, 'equal line');
}
