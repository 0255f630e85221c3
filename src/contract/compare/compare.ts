/** Compares two masked responses in both directions: missing and additional values are both drift. */
import type { Json } from '../../core/body.js';
import type { Difference, DriftKind } from '../model/drift.js';
import { formatPath, isObject, type Path } from '../model/paths.js';
import { canonicalText, idOf } from './canonical.js';
import { formOf, haveSameForm } from './form.js';

/** A masked response with the headers to compare. */
export interface ComparableAnswer {
  readonly status: number;
  readonly body: Json | null;
  /** The compared headers that are present, e.g. `content-type: application/json`; undefined on a surface without headers. */
  readonly headers?: readonly string[] | undefined;
}

export interface CompareOptions {
  /** Paths whose values may differ, but not in their form; `[]` stands for any index. */
  readonly free?: readonly string[];
  /** Called for each value, key and order that is compared. */
  readonly onCompare?: () => void;
}

/** All differences; `expected` is the value on the right side, `actual` the one on the left. */
export function compareAnswers(
  left: ComparableAnswer,
  right: ComparableAnswer,
  { free = [], onCompare }: CompareOptions = {},
): Difference[] {
  const differences: Difference[] = [];
  const freePaths = new Set(free);

  const isFree = (path: Path) => freePaths.has(formatPath(path).replaceAll(/\[\d+\]/g, '[]'));
  const add = (kind: DriftKind, path: Path, expected: Json | undefined, actual: Json | undefined) =>
    differences.push({ kind, path: formatPath(path), expected, actual });

  function compare(expected: Json, actual: Json, path: Path): void {
    if (isFree(path)) return compareForm(expected, actual, path);
    if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(expected, actual, path);
    if (isObject(expected) && isObject(actual)) {
      for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
        compareKey(expected[key], actual[key], [...path, key]);
      }
      return;
    }
    onCompare?.();
    if (expected === actual) return;
    if (typeOf(expected) !== typeOf(actual)) add('type', path, expected, actual);
    else add(kindOfValue(path, expected), path, expected, actual);
  }

  function compareForm(expected: Json, actual: Json, path: Path): void {
    onCompare?.();
    if (!haveSameForm(expected, actual)) add('form', path, formOf(expected), formOf(actual));
  }

  function compareKey(expected: Json | undefined, actual: Json | undefined, path: Path): void {
    if (expected !== undefined && actual !== undefined) return compare(expected, actual, path);
    // Of a free list, the number of records may differ, and an optional key of a free value may be absent.
    if (isFree(path)) return;
    onCompare?.();
    add(actual === undefined ? 'missing' : 'extra', path, expected, actual);
  }

  function compareLists(expected: readonly Json[], actual: readonly Json[], path: Path): void {
    onCompare?.();
    if (expected.length > 1 && isReordered(expected, actual)) return void add('order', path, expected, actual);
    for (const [i, [theirs, ours]] of pairRecords(expected, actual).entries()) compareKey(theirs, ours, [...path, i]);
  }

  onCompare?.();
  if (left.status !== right.status) add('status', [], right.status, left.status);
  if (left.headers !== undefined && right.headers !== undefined) {
    for (const name of new Set([...left.headers, ...right.headers])) {
      onCompare?.();
      const [isLeft, isRight] = [left.headers.includes(name), right.headers.includes(name)];
      if (isLeft !== isRight) add('header', [], isRight ? name : undefined, isLeft ? name : undefined);
    }
  }
  compare(right.body, left.body, []);
  return differences;
}

function isReordered(expected: readonly Json[], actual: readonly Json[]): boolean {
  if (expected.length !== actual.length) return false;
  const [theirs, ours] = [expected.map(canonicalText), actual.map(canonicalText)];
  const isSameOrder = theirs.every((text, i) => text === ours[i]);
  return !isSameOrder && canonicalText(theirs.toSorted()) === canonicalText(ours.toSorted());
}

type RecordPair = readonly [expected: Json | undefined, actual: Json | undefined];

/** Pairs records by SID if their numbers differ, so that one additional record does not make all later ones differ. */
export function pairRecords(expected: readonly Json[], actual: readonly Json[]): readonly RecordPair[] {
  if (expected.length === actual.length) return expected.map((item, i) => [item, actual[i]] as const);
  const rest = [...actual];
  const pairs = expected.map((item): RecordPair => {
    const index = rest.findIndex((other) => idOf(other) === idOf(item));
    return [item, index === -1 ? undefined : rest.splice(index, 1)[0]];
  });
  return [...pairs, ...rest.map((item): RecordPair => [undefined, item])];
}

function kindOfValue(path: Path, expected: Json): DriftKind {
  if (path.length === 1 && path[0] === 'code') return 'code';
  return typeof expected === 'string' && /^(?:<origin>|https?:\/)\//.test(expected) ? 'link' : 'value';
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
