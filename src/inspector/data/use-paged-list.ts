import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Change, onChanges } from './change-events.js';
import { coalesce } from './coalesce.js';

const PAGE_SIZE = 50;
const MAX_PAGES_IN_VIEW = 21;

/** A list of any length that holds only the pages in view. A new object for each update. */
export interface PagedList<T> {
  /** `undefined` until the first answer. */
  readonly total: number | undefined;
  readonly error: Error | undefined;
  readonly at: (index: number) => T | undefined;
  /** Sets the range in view, both ends included, and loads what is missing of it. Stays the same function. */
  readonly setView: (first: number, last: number) => void;
}

type Load<T> = (start: number, limit: number) => Promise<{ readonly total: number; readonly items: readonly T[] }>;

export function usePagedList<T>(
  load: Load<T>,
  inputs: readonly unknown[],
  isAffected: (change: Change) => boolean,
): PagedList<T> {
  const [, rerender] = useState(0);
  const loader = useMemo(() => new PageLoader(load, () => rerender((count) => count + 1)), inputs);
  useEffect(() => {
    loader.refresh();
    const unsubscribe = onChanges((changes) => {
      if (changes === null || changes.some(isAffected)) loader.refresh();
    });
    return () => {
      loader.close();
      unsubscribe();
    };
  }, [loader]);
  return loader.list;
}

class PageLoader<T> {
  list: PagedList<T>;
  readonly refresh: () => void;
  #pages: ReadonlyMap<number, readonly T[]> = new Map();
  #pagesInView: readonly [first: number, last: number] = [0, 0];
  #isClosed = false;

  constructor(
    readonly load: Load<T>,
    readonly onUpdate: () => void,
  ) {
    this.refresh = coalesce(() => this.#loadView());
    this.list = {
      total: undefined,
      error: undefined,
      at: () => undefined,
      setView: (first, last) => this.#setView(first, last),
    };
  }

  close(): void {
    this.#isClosed = true;
  }

  #setView(first: number, last: number): void {
    this.#pagesInView = [Math.floor(first / PAGE_SIZE), Math.floor(last / PAGE_SIZE)];
    if (this.#neededPages().some((page) => !this.#pages.has(page))) this.refresh();
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
      const pages = new Map(loaded.map(({ page, items }) => [page, items]));
      this.#pages = pages;
      this.#update({
        total: loaded[0]?.total ?? 0,
        error: undefined,
        at: (index) => pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE],
      });
    } catch (error) {
      this.#update({ error: error as Error });
    }
  }

  #update(changes: Partial<PagedList<T>>): void {
    if (this.#isClosed) return;
    this.list = { ...this.list, ...changes };
    this.onUpdate();
  }
}
