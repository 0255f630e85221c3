import type { Source } from './scenario.js';

/** How many promises of one operation were checked, and against what. */
export interface Fidelity {
  readonly operation: string;
  /** Answers that were looked at, on the left side. */
  readonly answers: number;
  /** Values, keys and orders that were compared with the other side's. */
  readonly compared: number;
  /** Answers held against the published shape. */
  readonly shapes: number;
  /** Expectations of the scenarios, by where they were learnt. */
  readonly expected: Readonly<Record<Source, number>>;
  readonly drifts: number;
}

export interface FidelityBook {
  add(operation: string, what: { answers?: number; compared?: number; shapes?: number; drifts?: number }): void;
  expect(operation: string, source: Source, count: number): void;
  /** In the order of the operations' names. */
  entries(): Fidelity[];
}

type Counted = { -readonly [K in keyof Fidelity]: Fidelity[K] } & { expected: Record<Source, number> };

/** Counts for every operation, those that were never called too. */
export function createFidelityBook(operations: readonly string[]): FidelityBook {
  const book = new Map(operations.map((name) => [name, blank(name)]));
  const entry = (name: string) => {
    const found = book.get(name) ?? blank(name);
    book.set(name, found);
    return found;
  };
  return {
    add(operation, { answers = 0, compared = 0, shapes = 0, drifts = 0 }) {
      const found = entry(operation);
      found.answers += answers;
      found.compared += compared;
      found.shapes += shapes;
      found.drifts += drifts;
    },
    expect(operation, source, count) {
      entry(operation).expected[source] += count;
    },
    entries: () => [...book.values()].sort((a, b) => (a.operation < b.operation ? -1 : 1)),
  };
}

/** All promises of an operation together. */
export function promisesOf({ compared, shapes, expected }: Fidelity): number {
  return compared + shapes + Object.values(expected).reduce((sum, count) => sum + count, 0);
}

function blank(operation: string): Counted {
  return {
    operation,
    answers: 0,
    compared: 0,
    shapes: 0,
    expected: { published: 0, documented: 0, recorded: 0, inferred: 0 },
    drifts: 0,
  };
}
