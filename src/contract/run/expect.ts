import type { Json } from '../../core/body.js';
import type { Difference } from '../model/drift.js';
import { formatPath, isObject, listOf, parsePath, textOf, valueAt } from '../model/paths.js';
import { type Kept, ReferenceError, resolve } from '../model/reference.js';
import type { Expected, Step } from '../model/scenario.js';
import type { Answer } from '../model/target.js';

/** What is left of a promise after it was checked: how many parts it had, and those that are broken. */
export interface Checked {
  readonly promises: number;
  readonly broken: readonly Difference[];
}

/** Holds an answer against what its step promises. */
export function checkExpectation(step: Step, answer: Answer, usualStatus: number, kept: Kept): Checked {
  const { status = usualStatus, code, body = {}, headers = [], count, sortedBy } = step.expect ?? {};
  const broken: Difference[] = [];
  let promises = 0;
  const promise = (
    path: string,
    expected: Json | undefined,
    actual: Json | undefined,
    holds: boolean,
    note?: string,
  ) => {
    promises += 1;
    if (!holds) broken.push({ kind: 'promise', path, expected, actual, note });
  };

  promise('', status, answer.status, answer.status === status, `HTTP status ${status} was promised`);
  const given = isObject(answer.body) ? answer.body['code'] : undefined;
  // Another status says it all; its code would only say it twice.
  if (code !== undefined && answer.status === status) promise('code', code, given, given === code);
  if (answer.status !== status) return { promises, broken };
  for (const [path, expected] of Object.entries(body)) {
    const actual = answer.body === null ? undefined : valueAt(answer.body, parsePath(path));
    const { holds, shown } = compareWith(expected, actual, kept);
    promise(path, shown, actual, holds);
  }
  if (answer.headers !== undefined) {
    for (const name of headers) {
      const there = answer.headers[name.toLowerCase()] !== undefined;
      promise('', `the header ${name}`, undefined, there, `the header ${name} was promised`);
    }
  }
  const list = listOf(answer.body);
  if (count !== undefined) {
    promise(list?.key ?? '', `${count} records`, `${list?.items.length ?? 'no'} records`, list?.items.length === count);
  }
  if (sortedBy !== undefined) promises += checkOrder(sortedBy, list, broken);
  return { promises, broken };
}

function compareWith(
  expected: Expected,
  actual: Json | undefined,
  kept: Kept,
): { holds: boolean; shown: Json | undefined } {
  if (isObject(expected)) {
    if (expected['absent'] === true) return { holds: actual === undefined, shown: undefined };
    if (typeof expected['like'] === 'string') {
      const { like } = expected;
      return { holds: typeof actual === 'string' && new RegExp(like, 'u').test(actual), shown: `like ${like}` };
    }
  }
  try {
    const wanted = resolve(expected, kept) as Json;
    return { holds: sameJson(wanted, actual), shown: wanted };
  } catch (error) {
    // What it refers to is missing from this very answer, so the promise is broken as well.
    if (error instanceof ReferenceError) return { holds: false, shown: expected };
    throw error;
  }
}

function checkOrder(key: string, list: ReturnType<typeof listOf>, broken: Difference[]): number {
  const values = (list?.items ?? []).map((item) => textOf(isObject(item) ? item[key] : ''));
  for (const [i, value] of values.entries()) {
    const next = values[i + 1];
    if (next === undefined || value <= next) continue;
    const path = formatPath([list?.key ?? '', i + 1, key]);
    broken.push({ kind: 'promise', path, expected: `at least ${value}`, actual: next, note: `sorted by ${key}` });
    break;
  }
  return 1;
}

/** Equal, whatever the order of keys. */
function sameJson(a: Json, b: Json | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameJson(item as Json, b[i] as Json));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] ?? null, b[key]))
  );
}
