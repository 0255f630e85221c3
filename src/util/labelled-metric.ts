/** One series of a metric, as prom-client's registry writes it. */
interface Series {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What a registry of prom-client asks of a metric. */
export interface Metric {
  readonly name: string;
  get(): Promise<{ name: string; help: string; type: string; values: Series[]; aggregator: string }>;
}

interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  readonly counts: number[];
}

/** What is kept of one combination of labels, found one label at a time: a text of all would have to be made each time. */
class Branch {
  kept: Kept | undefined;
  readonly #next = new Map<string, Branch>();

  at(value: string): Branch {
    let branch = this.#next.get(value);
    if (branch === undefined) this.#next.set(value, (branch = new Branch()));
    return branch;
  }
}

/** Seconds. A simulator answers within the first, a call to Twilio within the last ones. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts by labels. Cheaper than a metric of prom-client, which need not be loaded before somebody asks. */
export class Tally implements Metric {
  readonly #root = new Branch();
  readonly #kept: Kept[] = [];

  constructor(
    readonly name: string,
    readonly help: string,
    readonly labelNames: readonly string[],
    readonly type: 'counter' | 'gauge' | 'histogram' = 'counter',
  ) {}

  add(values: readonly string[], amount = 1): void {
    this.#of(values).value += amount;
  }

  set(values: readonly string[], value: number): void {
    this.#of(values).value = value;
  }

  /** Puts seconds into their bucket. */
  observe(values: readonly string[], seconds: number): void {
    const kept = this.#of(values);
    kept.value += seconds;
    const found = BUCKETS.findIndex((bound) => seconds <= bound);
    const place = found === -1 ? BUCKETS.length : found;
    kept.counts[place] = (kept.counts[place] ?? 0) + 1;
  }

  async get() {
    const { name, help, type } = this;
    const values = this.#kept.flatMap((kept) => this.#seriesOf(kept));
    return { name, help, type, values, aggregator: 'sum' };
  }

  #of(values: readonly string[]): Kept {
    let branch = this.#root;
    for (const value of values) branch = branch.at(value);
    return (branch.kept ??= this.#begin(values));
  }

  #begin(values: readonly string[]): Kept {
    const labels = Object.fromEntries(this.labelNames.map((label, place) => [label, values[place] ?? '']));
    const kept = { labels, value: 0, counts: Array.from({ length: BUCKETS.length + 1 }, () => 0) };
    this.#kept.push(kept);
    return kept;
  }

  #seriesOf({ labels, value, counts }: Kept): Series[] {
    if (this.type !== 'histogram') return [{ labels, value }];
    let total = 0;
    const buckets = counts.map((count, place) => {
      total += count;
      return { metricName: `${this.name}_bucket`, labels: { le: BUCKETS[place] ?? '+Inf', ...labels }, value: total };
    });
    const rest = { sum: value, count: total };
    return [
      ...buckets,
      ...Object.entries(rest).map(([what, sum]) => ({ metricName: `${this.name}_${what}`, labels, value: sum })),
    ];
  }
}
