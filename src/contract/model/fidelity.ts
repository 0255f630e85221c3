import type { Source } from './source.js';

/** How many checks ran for one operation, by what they compared the response with. */
export interface Fidelity {
  readonly operation: string;
  /** Responses of the left side. */
  readonly answers: number;
  /** Values, keys and orders compared with the right side. */
  readonly compared: number;
  /** Responses checked against the published schema. */
  readonly shapes: number;
  /** Expectations of the scenarios, by their source. */
  readonly expected: Readonly<Record<Source, number>>;
  readonly drifts: number;
}

type Counts = Partial<Pick<Fidelity, 'answers' | 'compared' | 'shapes' | 'drifts'>>;

export interface FidelityCounter {
  add(operation: string, counts: Counts): void;
  addExpected(operation: string, source: Source, count: number): void;
  /** Sorted by operation name. */
  entries(): Fidelity[];
}

type MutableFidelity = { -readonly [K in keyof Fidelity]: Fidelity[K] } & { expected: Record<Source, number> };

/** Counts checks by operation. Operations that are never called have an entry as well. */
export function createFidelityCounter(operations: readonly string[]): FidelityCounter {
  const counters = new Map(operations.map((name) => [name, zero(name)]));
  const counterOf = (name: string) => {
    const counter = counters.get(name) ?? zero(name);
    counters.set(name, counter);
    return counter;
  };
  return {
    add(operation, { answers = 0, compared = 0, shapes = 0, drifts = 0 }) {
      const counter = counterOf(operation);
      counter.answers += answers;
      counter.compared += compared;
      counter.shapes += shapes;
      counter.drifts += drifts;
    },
    addExpected(operation, source, count) {
      counterOf(operation).expected[source] += count;
    },
    entries: () => [...counters.values()].sort((a, b) => (a.operation < b.operation ? -1 : 1)),
  };
}

/** The number of all checks of one operation. */
export function checksOf({ compared, shapes, expected }: Fidelity): number {
  return compared + shapes + Object.values(expected).reduce((sum, count) => sum + count, 0);
}

function zero(operation: string): MutableFidelity {
  return {
    operation,
    answers: 0,
    compared: 0,
    shapes: 0,
    expected: { published: 0, documented: 0, recorded: 0, inferred: 0 },
    drifts: 0,
  };
}
