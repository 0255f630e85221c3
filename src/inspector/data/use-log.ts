import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Change, onChanges } from './change-events.js';
import { coalesce } from './coalesce.js';

interface Numbered {
  readonly id: number;
}

export interface LogSource<T> {
  /** Lists the first `limit` entries above `after`, or else the last `limit` entries below `before` (default: all). */
  readonly list: (query: { after?: number; before?: number; limit: number }) => Promise<readonly T[]>;
  /** The id of the entry that the change added or updated. */
  readonly idOf: (change: Change) => number | undefined;
  /** Whether the change invalidates the whole log. */
  readonly invalidates: (change: Change) => boolean;
}

export interface Log<T> {
  /** Newest first; `undefined` until the first answer. */
  readonly entries: readonly T[] | undefined;
  readonly error: Error | undefined;
}

const PAGE_SIZE = 200;
/** The server's own limit for the journal and the outbox. */
const MAX_ENTRIES = 1000;

/** A copy of a server-side log with numbered entries. After a change, only the affected entries are loaded. */
export function useLog<T extends Numbered>(source: LogSource<T>, inputs: readonly unknown[]): Log<T> {
  const [log, setLog] = useState<Log<T>>({ entries: undefined, error: undefined });
  const replica = useMemo(() => new LogReplica(source, setLog), inputs);
  useEffect(() => {
    replica.reload();
    const unsubscribe = onChanges((changes) => replica.apply(changes));
    return () => {
      replica.isClosed = true;
      unsubscribe();
    };
  }, [replica]);
  return log;
}

class LogReplica<T extends Numbered> {
  isClosed = false;
  #entries = new Map<number, T>();
  #changedIds = new Set<number>();
  #mustReload = true;
  readonly #run = coalesce(() => this.#update());

  constructor(
    readonly source: LogSource<T>,
    readonly publish: (log: Log<T>) => void,
  ) {}

  reload(): void {
    this.#mustReload = true;
    this.#run();
  }

  apply(changes: readonly Change[] | null): void {
    if (changes === null || changes.some((change) => this.source.invalidates(change))) return this.reload();
    const ids = changes.map((change) => this.source.idOf(change)).filter((id) => id !== undefined);
    if (ids.length === 0) return;
    for (const id of ids) this.#changedIds.add(id);
    this.#run();
  }

  async #update(): Promise<void> {
    try {
      await (this.#mustReload ? this.#loadAll() : this.#loadChanged());
    } catch (error) {
      this.#publish(error as Error);
    }
  }

  async #loadAll(): Promise<void> {
    this.#mustReload = false;
    this.#changedIds.clear();
    this.#entries = new Map();
    let before: number | undefined;
    do {
      const older = await this.source.list({ limit: PAGE_SIZE, ...(before === undefined ? {} : { before }) });
      for (const entry of older) this.#entries.set(entry.id, entry);
      this.#publish();
      before = older.length < PAGE_SIZE ? undefined : older[0]?.id;
    } while (before !== undefined && this.#entries.size < MAX_ENTRIES && !this.isClosed);
  }

  async #loadChanged(): Promise<void> {
    const changed = [...this.#changedIds];
    this.#changedIds.clear();
    const first = Math.min(...changed);
    const last = Math.max(...changed);
    if (last - first >= PAGE_SIZE) return this.#loadAll();
    const found = await this.source.list({ after: first - 1, limit: last - first + 1 });
    for (const entry of found) this.#entries.set(entry.id, entry);
    this.#publish();
  }

  #publish(error?: Error): void {
    if (this.isClosed) return;
    const entries = [...this.#entries.values()].sort((a, b) => b.id - a.id).slice(0, MAX_ENTRIES);
    this.publish({ entries, error });
  }
}
