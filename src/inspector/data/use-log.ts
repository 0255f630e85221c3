import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Change, onChanges } from './events.js';
import { paced } from './live.js';

interface Numbered {
  readonly id: number;
}

export interface LogSource<T> {
  /** With `after`, those that follow this id; else the latest, with `before` only those ahead of this id. */
  readonly list: (query: { after?: number; before?: number; limit: number }) => Promise<readonly T[]>;
  /** The id of an entry that is new or has changed. */
  readonly idOf: (change: Change) => number | undefined;
  /** Whether all of it has to be read anew. */
  readonly isOther: (change: Change) => boolean;
}

export interface Log<T> {
  /** The latest first; `undefined`: not known yet. */
  readonly entries: readonly T[] | undefined;
  readonly error: Error | undefined;
}

const PAGE = 200;
/** As many as the server keeps. */
const MOST = 1000;

/** A numbered log, kept whole here as the server bounds it; of what changes only that is read. */
export function useLog<T extends Numbered>(source: LogSource<T>, inputs: readonly unknown[]): Log<T> {
  const [log, setLog] = useState<Log<T>>({ entries: undefined, error: undefined });
  const follower = useMemo(() => new Follower(source, setLog), inputs);
  useEffect(() => {
    follower.restart();
    const stop = onChanges((changes) => follower.hear(changes));
    return () => {
      follower.closed = true;
      stop();
    };
  }, [follower]);
  return log;
}

class Follower<T extends Numbered> {
  closed = false;
  #entries = new Map<number, T>();
  #changed = new Set<number>();
  #anew = true;
  readonly #run = paced(() => this.#read());

  constructor(
    readonly source: LogSource<T>,
    readonly show: (log: Log<T>) => void,
  ) {}

  restart(): void {
    this.#anew = true;
    this.#run();
  }

  hear(changes: readonly Change[] | null): void {
    if (changes === null || changes.some((change) => this.source.isOther(change))) return this.restart();
    const ids = changes.map((change) => this.source.idOf(change)).filter((id) => id !== undefined);
    if (ids.length === 0) return;
    for (const id of ids) this.#changed.add(id);
    this.#run();
  }

  async #read(): Promise<void> {
    try {
      await (this.#anew ? this.#readAll() : this.#readChanged());
    } catch (error) {
      this.#tell(error as Error);
    }
  }

  async #readAll(): Promise<void> {
    this.#anew = false;
    this.#changed.clear();
    this.#entries = new Map();
    let before: number | undefined;
    do {
      const older = await this.source.list({ limit: PAGE, ...(before === undefined ? {} : { before }) });
      for (const entry of older) this.#entries.set(entry.id, entry);
      this.#tell();
      before = older.length < PAGE ? undefined : older[0]?.id;
    } while (before !== undefined && this.#entries.size < MOST && !this.closed);
  }

  async #readChanged(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const first = Math.min(...changed);
    const last = Math.max(...changed);
    if (last - first >= PAGE) return this.#readAll();
    const found = await this.source.list({ after: first - 1, limit: last - first + 1 });
    for (const entry of found) this.#entries.set(entry.id, entry);
    this.#tell();
  }

  #tell(error?: Error): void {
    if (this.closed) return;
    const entries = [...this.#entries.values()].sort((a, b) => b.id - a.id).slice(0, MOST);
    this.show({ entries, error });
  }
}
