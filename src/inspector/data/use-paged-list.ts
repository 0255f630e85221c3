import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Change, onChanges } from './change-events.js';
import { coalesce } from './coalesce.js';

const PAGE_SIZE = 50;
const MAX_PAGES_IN_VIEW = 21;

/** A list of any length that holds only the pages in view. */
export interface PagedList<T> {
  /** `undefined` until the first answer. */
  readonly total: number | undefined;
  readonly error: Error | undefined;
  at(index: number): T | undefined;
  /** Sets the range in view, both ends included, and loads what is missing of it. */
  setView(first: number, last: number): void;
}

type Load<T> = (start: number, limit: number) => Promise<{ readonly total: number; readonly items: readonly T[] }>;

export function usePagedList<T>(
  load: Load<T>,
  inputs: readonly unknown[],
  isAffected: (change: Change) => boolean,
): PagedList<T> {
  const [, rerender] = useState(0);
  const store = useMemo(() => new PageStore(load, () => rerender((count) => count + 1)), inputs);
  useEffect(() => {
    store.refresh();
    const unsubscribe = onChanges((changes) => {
      if (changes === null || changes.some(isAffected)) store.refresh();
    });
    return () => {
      store.close();
      unsubscribe();
    };
  }, [store]);
  return store;
}

class PageStore<T> implements PagedList<T> {
  total: number | undefined;
  error: Error | undefined;
  #pages = new Map<number, readonly T[]>();
  #pagesInView: readonly [first: number, last: number] = [0, 0];
  #isClosed = false;
  readonly refresh: () => void;

  constructor(
    readonly load: Load<T>,
    readonly onUpdate: () => void,
  ) {
    this.refresh = coalesce(() => this.#loadView());
  }

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  setView(first: number, last: number): void {
    this.#pagesInView = [Math.floor(first / PAGE_SIZE), Math.floor(last / PAGE_SIZE)];
    if (this.#neededPages().some((page) => !this.#pages.has(page))) this.refresh();
  }

  close(): void {
    this.#isClosed = true;
  }

  #neededPages(): number[] {
    const [first, last] = this.#pagesInView;
    return Array.from({ length: Math.min(last - first + 1, MAX_PAGES_IN_VIEW) }, (_, i) => first + i);
  }

  /** Loads the pages in view and drops the others, which may be out of date when they come into view again. */
  async #loadView(): Promise<void> {
    try {
      const loaded = await Promise.all(
        this.#neededPages().map(async (page) => ({ page, ...(await this.load(page * PAGE_SIZE, PAGE_SIZE)) })),
      );
      if (this.#isClosed) return;
      this.#pages = new Map(loaded.map(({ page, items }) => [page, items]));
      this.total = loaded[0]?.total ?? 0;
      this.error = undefined;
    } catch (error) {
      this.error = error as Error;
    }
    if (!this.#isClosed) this.onUpdate();
  }
}
