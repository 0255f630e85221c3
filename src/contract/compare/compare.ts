/** Compares two masked answers both ways: what one lacks and what it has too much are both drift. */
import type { Json } from '../../core/body.js';
import type { Difference, DriftKind } from '../model/drift.js';
import { formatPath, isObject, type Path } from '../model/paths.js';

/** An answer as it is compared: masked, and with the headers that matter. */
export interface Compared {
  readonly status: number;
  readonly body: Json | null;
  /** Names of the watched headers that came; undefined on a surface without headers. */
  readonly headers?: readonly string[] | undefined;
}

export interface CompareOptions {
  /** Paths that may differ, as declared by the step. `[]` stands for every position. */
  readonly free?: readonly string[];
  /** Called for each promise that was checked, so that fidelity can be counted. */
  readonly count?: () => void;
}

/** All differences between the answers; `expected` is the right one's, `actual` the left one's. */
export function compareAnswers(
  left: Compared,
  right: Compared,
  { free = [], count }: CompareOptions = {},
): Difference[] {
  const found: Difference[] = [];
  const freePaths = new Set(free);

  const isFree = (path: Path) => freePaths.has(formatPath(path).replaceAll(/\[\d+\]/g, '[]'));
  const note = (kind: DriftKind, path: Path, expected: Json | undefined, actual: Json | undefined) =>
    found.push({ kind, path: formatPath(path), expected, actual });

  function compare(expected: Json, actual: Json, path: Path): void {
    if (isFree(path)) return;
    if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(expected, actual, path);
    if (isObject(expected) && isObject(actual)) {
      for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
        compareKey(expected[key], actual[key], [...path, key]);
      }
      return;
    }
    count?.();
    if (expected === actual) return;
    if (typeOf(expected) !== typeOf(actual)) note('type', path, expected, actual);
    else note(kindOfValue(path, expected), path, expected, actual);
  }

  function compareKey(expected: Json | undefined, actual: Json | undefined, path: Path): void {
    if (expected !== undefined && actual !== undefined) return compare(expected, actual, path);
    if (isFree(path)) return;
    count?.();
    note(actual === undefined ? 'missing' : 'extra', path, expected, actual);
  }

  function compareLists(expected: readonly Json[], actual: readonly Json[], path: Path): void {
    count?.();
    if (expected.length > 1 && isReordered(expected, actual)) return void note('order', path, expected, actual);
    const pairs = pairUp(expected, actual);
    for (const [i, [theirs, ours]] of pairs.entries()) compareKey(theirs, ours, [...path, i]);
  }

  count?.();
  if (left.status !== right.status) note('status', [], right.status, left.status);
  if (left.headers !== undefined && right.headers !== undefined) {
    for (const name of new Set([...left.headers, ...right.headers])) {
      count?.();
      const [has, hasToo] = [left.headers.includes(name), right.headers.includes(name)];
      if (has !== hasToo) note('header', [], hasToo ? name : undefined, has ? name : undefined);
    }
  }
  compare(right.body, left.body, []);
  return found;
}

function isReordered(expected: readonly Json[], actual: readonly Json[]): boolean {
  if (expected.length !== actual.length) return false;
  const [theirs, ours] = [expected.map(textOf), actual.map(textOf)];
  return theirs.some((text, i) => text !== ours[i]) && textOf(theirs.toSorted()) === textOf(ours.toSorted());
}

/** One record too many must not make all that follow look different, so records are paired by their SID where they can. */
function pairUp(
  expected: readonly Json[],
  actual: readonly Json[],
): readonly (readonly [Json | undefined, Json | undefined])[] {
  if (expected.length === actual.length) return expected.map((item, i) => [item, actual[i]] as const);
  const rest = [...actual];
  const pairs = expected.map((item) => {
    const place = rest.findIndex((other) => idOf(other) === idOf(item));
    return [item, place === -1 ? undefined : rest.splice(place, 1)[0]] as const;
  });
  return [...pairs, ...rest.map((item) => [undefined, item] as const)];
}

function idOf(item: Json): string {
  return textOf(isObject(item) ? (item['sid'] ?? item['url'] ?? item) : item);
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

/** The same text for equal values, whatever the order of their keys. */
function textOf(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
