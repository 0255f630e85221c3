import type { Exchange } from '../core/operation.js';
import { isJsonObject, type Json, type JsonObject } from '../core/body.js';

/** A call that a test expects to find in the journal. */
export interface Expectation {
  readonly operation?: string | undefined;
  /** Parts of the input that must be there; what is not named does not matter. */
  readonly input?: JsonObject | undefined;
  readonly status?: number | undefined;
  readonly account?: string | undefined;
}

export interface Mismatch {
  /** Where, e.g. `input.body.Author`. */
  readonly field: string;
  readonly expected: Json;
  /** Absent when there is nothing at that place. */
  readonly actual?: Json;
}

export interface Verdict {
  readonly verified: boolean;
  /** How many exchanges fit. */
  readonly count: number;
  /** What was wrong, in a sentence; empty when verified. */
  readonly reason: string;
  /** The exchanges that come closest, with the fields that differ; none when verified. */
  readonly nearest: readonly {
    readonly id: number;
    readonly operation: string;
    readonly differs: readonly Mismatch[];
  }[];
}

const MOST_NEAREST = 3;

/** Whether an exchange that fits was made so many times: `least` to `most`. */
export function verifyCalls(
  exchanges: readonly Exchange[],
  expectation: Expectation,
  { least, most }: { readonly least: number; readonly most: number },
): Verdict {
  const compared = exchanges.map((exchange) => ({ exchange, differs: differencesOf(exchange, expectation) }));
  const count = compared.filter(({ differs }) => differs.length === 0).length;
  if (count >= least && count <= most) return { verified: true, count, reason: '', nearest: [] };
  const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  return { verified: false, count, reason: `${count} exchanges fit, expected ${wanted}`, nearest: nearestOf(compared) };
}

/** Whether exchanges that fit were made in this order; others may lie between. */
export function verifyOrder(exchanges: readonly Exchange[], expectations: readonly Expectation[]): Verdict {
  let from = 0;
  for (const [place, expectation] of expectations.entries()) {
    const rest = exchanges.slice(from);
    const found = rest.findIndex((exchange) => differencesOf(exchange, expectation).length === 0);
    if (found === -1) {
      const reason = `step ${place + 1} of ${expectations.length} is not there after the ${place} before it`;
      const compared = rest.map((exchange) => ({ exchange, differs: differencesOf(exchange, expectation) }));
      return { verified: false, count: place, reason, nearest: nearestOf(compared) };
    }
    from += found + 1;
  }
  return { verified: true, count: expectations.length, reason: '', nearest: [] };
}

interface Compared {
  readonly exchange: Exchange;
  readonly differs: readonly Mismatch[];
}

/** The same operation counts more than any field. */
function nearestOf(compared: readonly Compared[]): Verdict['nearest'] {
  const distance = ({ differs }: Compared): number =>
    differs.reduce((sum, { field }) => sum + (field === 'operation' ? 100 : 1), 0);
  return compared
    .filter(({ differs }) => differs.length > 0)
    .toSorted((a, b) => distance(a) - distance(b) || b.exchange.id - a.exchange.id)
    .slice(0, MOST_NEAREST)
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

/** Every part of `expected` must be in `actual`; texts on the wire equal the numbers and booleans that they spell. */
function compare(field: string, expected: Json, actual: Json | undefined): Mismatch[] {
  if (isJsonObject(expected)) {
    const there = isJsonObject(actual) ? actual : {};
    return Object.entries(expected).flatMap(([key, value]) =>
      compare(`${field}.${key}`, value, Object.hasOwn(there, key) ? there[key] : undefined),
    );
  }
  // On the wire everything is text, so 5 is what "5" says.
  const spelt = typeof expected === 'number' || typeof expected === 'boolean' ? String(expected) : undefined;
  if (JSON.stringify(expected) === JSON.stringify(actual) || (spelt !== undefined && spelt === actual)) return [];
  return [actual === undefined ? { field, expected } : { field, expected, actual }];
}
