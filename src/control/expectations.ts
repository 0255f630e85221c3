import { isJsonObject, type Json, type JsonObject } from '../core/body.js';
import type { Exchange } from '../core/operation.js';

/** A call that a test expects in the journal. A field that is absent matches anything. */
export interface Expectation {
  readonly operation?: string | undefined;
  /** Parts of the input. */
  readonly input?: JsonObject | undefined;
  readonly status?: number | undefined;
  readonly account?: string | undefined;
}

interface Mismatch {
  /** Path of the field, e.g. `input.body.Author`. */
  readonly field: string;
  readonly expected: Json;
  /** Absent if the exchange does not have the field. */
  readonly actual?: Json;
}

export interface Verdict {
  readonly verified: boolean;
  /** How many exchanges match; for an order, how many of its calls were found. */
  readonly count: number;
  /** Why the verification failed; empty if it succeeded. */
  readonly reason: string;
  /** The closest exchanges with the fields that differ; empty if the verification succeeded. */
  readonly nearest: readonly {
    readonly id: number;
    readonly operation: string;
    readonly differs: readonly Mismatch[];
  }[];
}

const MAX_NEAREST = 3;

/** Verifies that between `least` and `most` exchanges match the expectation. */
export function verifyCalls(
  exchanges: readonly Exchange[],
  expectation: Expectation,
  { least, most }: { readonly least: number; readonly most: number },
): Verdict {
  const compared = exchanges.map((exchange) => ({ exchange, differs: differencesOf(exchange, expectation) }));
  const count = compared.filter(({ differs }) => differs.length === 0).length;
  if (count >= least && count <= most) return { verified: true, count, reason: '', nearest: [] };
  const expected = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  const reason = `${count} exchanges match, expected ${expected}`;
  return { verified: false, count, reason, nearest: nearestOf(compared) };
}

/** Verifies that exchanges match the expectations in this order. Other exchanges may come between them. */
export function verifyOrder(exchanges: readonly Exchange[], expectations: readonly Expectation[]): Verdict {
  let from = 0;
  for (const [index, expectation] of expectations.entries()) {
    const rest = exchanges.slice(from);
    const found = rest.findIndex((exchange) => differencesOf(exchange, expectation).length === 0);
    if (found === -1) {
      const reason = `no exchange matches call ${index + 1} of ${expectations.length}${
        index === 0 ? '' : ` after the one that matches call ${index}`
      }`;
      const compared = rest.map((exchange) => ({ exchange, differs: differencesOf(exchange, expectation) }));
      return { verified: false, count: index, reason, nearest: nearestOf(compared) };
    }
    from += found + 1;
  }
  return { verified: true, count: expectations.length, reason: '', nearest: [] };
}

interface Compared {
  readonly exchange: Exchange;
  readonly differs: readonly Mismatch[];
}

/** Sorts by the number of fields that differ. Another operation counts as 100 fields. */
function nearestOf(compared: readonly Compared[]): Verdict['nearest'] {
  const distance = ({ differs }: Compared): number =>
    differs.reduce((sum, { field }) => sum + (field === 'operation' ? 100 : 1), 0);
  return compared
    .filter(({ differs }) => differs.length > 0)
    .toSorted((a, b) => distance(a) - distance(b) || b.exchange.id - a.exchange.id)
    .slice(0, MAX_NEAREST)
    .map(({ exchange: { id, operation }, differs }) => ({ id, operation, differs }));
}

function differencesOf(exchange: Exchange, { operation, input = {}, status, account }: Expectation): Mismatch[] {
  return [
    ...(operation === undefined ? [] : compare('operation', operation, exchange.operation)),
    ...(status === undefined ? [] : compare('status', status, exchange.status)),
    ...(account === undefined ? [] : compare('account', account, exchange.account)),
    ...compare('input', input, exchange.input),
  ];
}

/** Every part of `expected` must be in `actual`. */
function compare(field: string, expected: Json, actual: Json | undefined): Mismatch[] {
  if (isJsonObject(expected)) {
    const object = isJsonObject(actual) ? actual : {};
    return Object.entries(expected).flatMap(([key, value]) =>
      compare(`${field}.${key}`, value, Object.hasOwn(object, key) ? object[key] : undefined),
    );
  }
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  // Form and query values arrive as text, so that 5 matches "5" and true matches "true".
  const isScalar = typeof expected === 'number' || typeof expected === 'boolean';
  if (isScalar && String(expected) === actual) return [];
  return [actual === undefined ? { field, expected } : { field, expected, actual }];
}
