/** What is known of a write: nothing yet, that it was made, or that it may have been made. */
type Fate = 'open' | 'made' | 'unknown';

interface Write {
  readonly begun: number;
  ended: number;
  fate: Fate;
}

interface Read {
  readonly begun: number;
  readonly ended: number;
  readonly value: number;
}

/**
 * What callers know of one world. Its register has one writer, who writes 1, 2, 3, …, so that a read tells at once which
 * writes it has seen.
 */
export class WorldModel {
  /** By value; value 0 is the initial one. */
  readonly writes: Write[] = [{ begun: 0, ended: 0, fate: 'made' }];
  readonly #reads: Read[] = [];
  /** The names of records, and what is known of their creation. */
  readonly created = new Map<string, Fate>();

  beginWrite(): number {
    this.writes.push({ begun: performance.now(), ended: Infinity, fate: 'open' });
    return this.writes.length - 1;
  }

  endWrite(value: number, fate: Fate): void {
    const write = this.writes[value];
    if (write !== undefined) Object.assign(write, { fate, ended: fate === 'made' ? performance.now() : Infinity });
  }

  /** Checks a read against the writes that were acknowledged before it began, and against the reads before it. */
  addRead(account: string, read: Read): void {
    const acknowledged = this.writes.findLastIndex(({ fate, ended }) => fate === 'made' && ended < read.begun);
    const seen = this.#reads
      .filter(({ ended, value }) => ended < read.begun && this.writes[value]?.fate === 'made')
      .reduce((latest, { value }) => Math.max(latest, value), 0);
    const isLate = this.writes[read.value]?.fate === 'unknown';
    // A write of which nothing is known may be made at any time, also late.
    const earliest = Math.max(acknowledged, seen);
    if (!isLate && read.value < earliest) {
      throw new Error(
        `${account}: a stale read of ${read.value}, although ${earliest} was acknowledged or seen before`,
      );
    }
    const { begun = Infinity } = this.writes[read.value] ?? {};
    if (begun > read.ended) throw new Error(`${account}: a read of ${read.value}, which nobody had written yet`);
    this.#reads.push(read);
    if (this.#reads.length > 200) this.#reads.splice(0, 100);
  }

  /** Checks the complete list of names at the end. */
  checkNames(account: string, names: readonly string[]): void {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    const doubled = [...counts].filter(([, count]) => count > 1);
    const lost = [...this.created].filter(([name, fate]) => fate === 'made' && !counts.has(name));
    if (doubled.length + lost.length > 0) throw new Error(`${account}: ${JSON.stringify({ doubled, lost })}`);
  }
}
