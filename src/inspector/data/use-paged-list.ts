import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Change, onChanges } from './events.js';
import { paced } from './live.js';

const SIZE = 50;

/** A long list of which only those pages are here that somebody sees. */
export interface Pages<T> {
  /** `undefined`: not known yet. */
  readonly total: number | undefined;
  readonly error: Error | undefined;
  at(index: number): T | undefined;
  /** Says which part is seen. */
  show(first: number, last: number): void;
}

type Load<T> = (start: number, limit: number) => Promise<{ readonly total: number; readonly items: readonly T[] }>;

export function usePages<T>(
  load: Load<T>,
  inputs: readonly unknown[],
  concerns: (change: Change) => boolean,
): Pages<T> {
  const [, redraw] = useState(0);
  const store = useMemo(() => new PageStore(load, () => redraw((count) => count + 1)), inputs);
  useEffect(() => {
    store.refresh();
    const stop = onChanges((changes) => {
      if (changes === null || changes.some(concerns)) store.refresh();
    });
    return () => {
      store.close();
      stop();
    };
  }, [store]);
  return store;
}

class PageStore<T> implements Pages<T> {
  total: number | undefined;
  error: Error | undefined;
  #pages = new Map<number, readonly T[]>();
  #seen: readonly [first: number, last: number] = [0, 0];
  #closed = false;
  readonly refresh: () => void;

  constructor(
    readonly load: Load<T>,
    readonly changed: () => void,
  ) {
    this.refresh = paced(() => this.#reload());
  }

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / SIZE))?.[index % SIZE];
  }

  show(first: number, last: number): void {
    this.#seen = [Math.floor(first / SIZE), Math.floor(last / SIZE)];
    if (this.#wanted().some((page) => !this.#pages.has(page))) this.refresh();
  }

  close(): void {
    this.#closed = true;
  }

  #wanted(): number[] {
    const [first, last] = this.#seen;
    return Array.from({ length: Math.min(last - first, 20) + 1 }, (_, i) => first + i);
  }

  /** The pages that are seen, anew; what is out of sight is forgotten, as it may be old by then. */
  async #reload(): Promise<void> {
    try {
      const loaded = await Promise.all(
        this.#wanted().map(async (page) => ({ page, ...(await this.load(page * SIZE, SIZE)) })),
      );
      if (this.#closed) return;
      this.#pages = new Map(loaded.map(({ page, items }) => [page, items]));
      this.total = loaded[0]?.total ?? 0;
      this.error = undefined;
    } catch (error) {
      this.error = error as Error;
    }
    if (this.#closed) return;
    this.changed();
  }
}
