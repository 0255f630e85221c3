import type { Json } from '../../core/body.js';
import type { Difference } from '../model/drift.js';
import { formatPath, isObject, listOf, parsePath, textOf, valueAt } from '../model/paths.js';
import { ReferenceError, resolve, type Variables } from '../model/reference.js';
import type { Expectation, Expected } from '../model/scenario.js';
import type { Answer } from '../model/target.js';

/** How many checks an expectation consists of, and which of them failed. */
export interface ExpectationResult {
  readonly checks: number;
  readonly failed: readonly Difference[];
}

type List = ReturnType<typeof listOf>;

/** Compares a response with the expectation of its step. */
export function checkExpectation(
  { status, code, body = {}, headers = [], count, sortedBy }: Expectation & { readonly status: number },
  answer: Answer,
  variables: Variables,
): ExpectationResult {
  const failed: Difference[] = [];
  let checks = 0;
  const check = (difference: Omit<Difference, 'kind'>, passed: boolean) => {
    checks += 1;
    if (!passed) failed.push({ kind: 'failed-expectation', ...difference });
  };

  check(
    { path: '', expected: status, actual: answer.status, note: `HTTP status ${status} was expected` },
    answer.status === status,
  );
  // With another status, all other checks would only repeat that failure.
  if (answer.status !== status) return { checks, failed };
  if (code !== undefined) {
    const actual = isObject(answer.body) ? answer.body['code'] : undefined;
    check({ path: 'code', expected: code, actual }, actual === code);
  }
  for (const [path, rule] of Object.entries(body)) {
    const actual = answer.body === null ? undefined : valueAt(answer.body, parsePath(path));
    const { passed, expected } = checkValue(rule, actual, variables);
    check({ path, expected, actual }, passed);
  }
  for (const name of answer.headers === undefined ? [] : headers) {
    const difference = { path: '', expected: `the header ${name}`, actual: undefined };
    check(
      { ...difference, note: `the header ${name} was expected` },
      answer.headers?.[name.toLowerCase()] !== undefined,
    );
  }
  const list = listOf(answer.body);
  if (count !== undefined) {
    const actual = list?.items.length;
    check(
      { path: list?.key ?? '', expected: `${count} records`, actual: `${actual ?? 'no'} records` },
      actual === count,
    );
  }
  if (sortedBy !== undefined) {
    const unsorted = firstUnsorted(sortedBy, list);
    check(unsorted ?? { path: '', expected: undefined, actual: undefined }, unsorted === undefined);
  }
  return { checks, failed };
}

function checkValue(
  rule: Expected,
  actual: Json | undefined,
  variables: Variables,
): { passed: boolean; expected: Json | undefined } {
  if (isObject(rule)) {
    if (rule['absent'] === true) return { passed: actual === undefined, expected: undefined };
    if (rule['ifPresent'] !== undefined) {
      return actual === undefined
        ? { passed: true, expected: undefined }
        : checkValue(rule['ifPresent'], actual, variables);
    }
    if (Array.isArray(rule['anyOf'])) {
      const rules = rule['anyOf'] as readonly Expected[];
      return { passed: rules.some((each) => checkValue(each, actual, variables).passed), expected: rule };
    }
    if (typeof rule['like'] === 'string') {
      const { like } = rule;
      return { passed: typeof actual === 'string' && new RegExp(like, 'u').test(actual), expected: `like ${like}` };
    }
  }
  try {
    const expected = resolve(rule, variables) as Json;
    return { passed: isSameJson(expected, actual), expected };
  } catch (error) {
    // The response lacks what the expectation refers to, so the expectation fails too.
    if (error instanceof ReferenceError) return { passed: false, expected: rule };
    throw error;
  }
}

function firstUnsorted(key: string, list: List): Omit<Difference, 'kind'> | undefined {
  const values = (list?.items ?? []).map((item) => textOf(isObject(item) ? item[key] : ''));
  const index = values.findIndex((value, i) => value < (values[i - 1] ?? value));
  if (index === -1) return undefined;
  const path = formatPath([list?.key ?? '', index, key]);
  const expected = `at least ${values[index - 1]}`;
  return { path, expected, actual: values[index], note: `must be sorted by ${key}` };
}

/** Deep equality that ignores the order of keys. */
function isSameJson(a: Json, b: Json | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => isSameJson(item as Json, b[i] as Json));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key] ?? null, b[key]))
  );
}
