import type { Change } from './change-events.js';
import { coalesce } from './coalesce.js';

export interface Numbered {
  readonly id: number;
}

interface LogPage<T> {
  /** Oldest first. */
  readonly entries: readonly T[];
  /** The number of all entries so far, including those that the server has dropped. */
  readonly total?: number | undefined;
  /** Servers whose entries are missing, because they did not answer. */
  readonly unanswered?: readonly string[] | undefined;
}

export interface LogSource<T> {
  /** Lists the first `limit` entries above `after`, or else the last `limit` entries below `before` (default: all). */
  readonly list: (query: { after?: number; before?: number; limit: number }) => Promise<LogPage<T>>;
  /** The id of the entry that the change added or updated. */
  readonly idOf: (change: Change) => number | undefined;
  /** Whether the change invalidates the whole log. */
  readonly invalidates: (change: Change) => boolean;
}

export interface Log<T> {
  /** Newest first; `undefined` until the first answer. */
  readonly entries: readonly T[] | undefined;
  readonly total: number | undefined;
  readonly unanswered?: readonly string[] | undefined;
  readonly error: Error | undefined;
}

/** The first load shows this many entries before it loads the others. */
const FIRST_PAGE_SIZE = 200;
/** The server's own limit for the journal and the outbox. */
const MAX_ENTRIES = 1000;

/** Follows a server-side log. Each published state is complete: a reload replaces all entries at once. */
export class LogReplica<T extends Numbered> {
  #entries: ReadonlyMap<number, T> | undefined;
  #total: number | undefined;
  #unanswered: readonly string[] | undefined;
  #changedIds = new Set<number>();
  #mustReload = true;
  #isClosed = false;
  readonly #run = coalesce(() => this.#update());

  constructor(
    readonly source: LogSource<T>,
    /** The last known state, which stays until the first load succeeds. */
    last: Log<T> | undefined,
    readonly publish: (log: Log<T>) => void,
  ) {
    this.#entries = last?.entries && new Map(last.entries.map((entry) => [entry.id, entry]));
    this.#total = last?.total;
  }

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

  close(): void {
    this.#isClosed = true;
  }

  async #update(): Promise<void> {
    const changed = [...this.#changedIds];
    // With several servers on a database, ids have gaps.
    const mustReload = this.#mustReload || changed.length >= MAX_ENTRIES;
    this.#changedIds.clear();
    this.#mustReload = false;
    try {
      await (mustReload ? this.#loadAll() : this.#loadChanged(changed));
    } catch (error) {
      // The entries of the last successful load stay on screen.
      this.#mustReload = true;
      this.#publish(error as Error);
    }
  }

  async #loadAll(): Promise<void> {
    const newest = await this.source.list({ limit: FIRST_PAGE_SIZE });
    if (this.#entries === undefined) this.#replace(newest.entries, newest);
    const before = newest.entries.length < FIRST_PAGE_SIZE ? undefined : newest.entries[0]?.id;
    const older = before === undefined ? [] : await this.#listBefore(before);
    this.#replace([...older, ...newest.entries], newest);
  }

  async #listBefore(before: number): Promise<readonly T[]> {
    return (await this.source.list({ before, limit: MAX_ENTRIES - FIRST_PAGE_SIZE })).entries;
  }

  async #loadChanged(ids: readonly number[]): Promise<void> {
    const [first, last] = [Math.min(...ids), Math.max(...ids)];
    const limit = Math.min(last - first + 1, MAX_ENTRIES);
    const page = await this.source.list({ after: first - 1, limit });
    const isComplete = page.entries.length < limit || (page.entries.at(-1)?.id ?? last) >= last;
    if (!isComplete) return this.#loadAll();
    this.#replace([...(this.#entries?.values() ?? []), ...page.entries], page);
  }

  /** Later entries win over earlier ones with the same id. */
  #replace(entries: readonly T[], { total, unanswered }: Omit<LogPage<T>, 'entries'>): void {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const newest = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MAX_ENTRIES);
    this.#entries = new Map(newest.map((entry) => [entry.id, entry]));
    this.#total = total;
    this.#unanswered = unanswered;
    this.#publish();
  }

  #publish(error?: Error): void {
    if (this.#isClosed) return;
    const entries = this.#entries && [...this.#entries.values()];
    this.publish({ entries, total: this.#total, unanswered: this.#unanswered, error });
  }
}
