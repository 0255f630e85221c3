/** Sets two masked responses side by side, line by line. Names identify fields, so the order of keys makes no difference. */
import type { Json } from '../../core/json.js';
import { formatPath, isObject, type Path } from '../model/paths.js';
import { type ComparableAnswer, pairRecords } from './compare.js';

/** The whole masked responses of both sides to a step at which they differ. */
export interface StepResponses {
  readonly scenario: string;
  readonly step: string;
  readonly left?: ComparableAnswer | undefined;
  readonly right?: ComparableAnswer | undefined;
  /** Paths whose values may differ. */
  readonly free: readonly string[];
}

export interface DiffLine {
  /** The line on the expected side; undefined if there is none. */
  readonly expected: string | undefined;
  /** The line on the actual side; undefined if there is none. */
  readonly actual: string | undefined;
  /** `tolerated`: the values may differ at this step. */
  readonly state: 'equal' | 'different' | 'tolerated';
}

type Half = Json | undefined;

/** Whether another line follows on each side, so that a comma is needed. */
interface Commas {
  readonly expected: boolean;
  readonly actual: boolean;
}

interface Place {
  readonly path: Path;
  readonly indent: string;
  /** The key with a colon, or nothing for an item. */
  readonly name: string;
  readonly commas: Commas;
  readonly isFree: boolean;
}

const NO_COMMAS: Commas = { expected: false, actual: false };

/** All lines of two responses; one of them may be absent. `free` are paths whose values may differ. */
export function diffResponses(
  expected: ComparableAnswer | undefined,
  actual: ComparableAnswer | undefined,
  free: readonly string[] = [],
): DiffLine[] {
  const lines: DiffLine[] = [];
  const freePaths = new Set(free);
  const hasBoth = expected !== undefined && actual !== undefined;

  const push = (theirs: string | undefined, ours: string | undefined, isEqual: boolean, isFree = false) => {
    const state = isEqual || !hasBoth ? 'equal' : isFree ? 'tolerated' : 'different';
    lines.push({ expected: theirs, actual: ours, state });
  };

  function walk(theirs: Half, ours: Half, place: Place): void {
    const entries = entriesOf(theirs, ours);
    if (entries === undefined) return pushValues(theirs, ours, place);
    const [open, close] = Array.isArray(theirs ?? ours) ? ['[', ']'] : ['{', '}'];
    const { indent, name, commas } = place;
    const [isTheirs, isOurs] = [theirs !== undefined, ours !== undefined];
    const pushBracket = (left: string, right = left) =>
      push(isTheirs ? left : undefined, isOurs ? right : undefined, isTheirs === isOurs, place.isFree);
    pushBracket(`${indent}${name}${open}`);
    const lastExpected = entries.findLastIndex(([, value]) => value !== undefined);
    const lastActual = entries.findLastIndex(([, , value]) => value !== undefined);
    for (const [i, [key, left, right]] of entries.entries()) {
      const path = [...place.path, key];
      walk(left, right, {
        path,
        indent: `${indent}  `,
        name: typeof key === 'number' ? '' : `${JSON.stringify(key)}: `,
        commas: { expected: i < lastExpected, actual: i < lastActual },
        isFree: place.isFree || freePaths.has(formatPath(path).replaceAll(/\[\d+\]/g, '[]')),
      });
    }
    pushBracket(`${indent}${close}${commas.expected ? ',' : ''}`, `${indent}${close}${commas.actual ? ',' : ''}`);
  }

  /** Two values of which at least one is not an object or array like the other. */
  function pushValues(theirs: Half, ours: Half, place: Place): void {
    const [left, right] = [textLines(theirs, place, 'expected'), textLines(ours, place, 'actual')];
    for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
      push(left[i], right[i], theirs === ours, place.isFree);
    }
  }

  push(statusLine(expected), statusLine(actual), expected?.status === actual?.status);
  const [theirs = [], ours = []] = [expected?.headers, actual?.headers];
  // A surface without headers lacks none.
  const areCompared = expected?.headers !== undefined && actual?.headers !== undefined;
  for (const header of new Set([...theirs, ...ours])) {
    const [left, right] = [theirs.includes(header), ours.includes(header)];
    push(left ? header : undefined, right ? header : undefined, left === right || !areCompared);
  }
  const root = { path: [], indent: '', name: '', commas: NO_COMMAS, isFree: false };
  walk(expected?.body, actual?.body, root);
  return lines;
}

function statusLine(answer: ComparableAnswer | undefined): string | undefined {
  return answer && `HTTP status ${answer.status}`;
}

type Entry = readonly [key: string | number, expected: Half, actual: Half];

/** The fields or items of both sides; undefined unless every side that has a value has an object, or has an array. */
function entriesOf(theirs: Half, ours: Half): readonly Entry[] | undefined {
  const values = [theirs, ours].filter((value) => value !== undefined);
  if (values.length > 0 && values.every(isObject)) {
    const [left, right] = [isObject(theirs) ? theirs : {}, isObject(ours) ? ours : {}];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].map((key) => [key, left[key], right[key]]);
  }
  if (values.length === 0 || !values.every(Array.isArray)) return undefined;
  const list = (value: Half): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
  return pairRecords(list(theirs), list(ours)).map(([left, right], i) => [i, left, right]);
}

function textLines(value: Half, { indent, name, commas }: Place, side: keyof Commas): string[] {
  if (value === undefined) return [];
  const lines = JSON.stringify(value, null, 2).split('\n');
  const comma = commas[side] ? ',' : '';
  return lines.map((line, i) => `${indent}${i === 0 ? name : ''}${line}${i === lines.length - 1 ? comma : ''}`);
}

/** Lines that belong together: with a difference and the lines around it, or equal ones that can be folded. */
export interface DiffBlock {
  readonly isFolded: boolean;
  readonly lines: readonly DiffLine[];
}

/** So many equal lines stay visible around a difference. */
const CONTEXT = 3;

/** Folds lines that are far from any difference. */
export function foldEqualLines(lines: readonly DiffLine[]): DiffBlock[] {
  const visible = lines.map(() => false);
  for (const [i, line] of lines.entries()) {
    if (line.state === 'different') visible.fill(true, Math.max(0, i - CONTEXT), i + CONTEXT + 1);
  }
  const blocks: { isFolded: boolean; lines: DiffLine[] }[] = [];
  for (const [i, line] of lines.entries()) {
    const isFolded = visible[i] === false;
    const last = blocks.at(-1);
    if (last?.isFolded === isFolded) last.lines.push(line);
    else blocks.push({ isFolded, lines: [line] });
  }
  // To unfold one line takes as much space as the line.
  return blocks.map((block) => (block.lines.length === 1 ? { ...block, isFolded: false } : block));
}
