import { useEffect, useState } from 'preact/hooks';
import { type Change, onChanges } from './change-events.js';
import { coalesce } from './coalesce.js';

export interface LiveQuery<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly refresh: () => void;
}

/** The result of `load`, reloaded after each change that `isAffected` accepts. New `inputs` start over without a value. */
export function useLiveQuery<T>(
  load: () => Promise<T>,
  inputs: readonly unknown[],
  isAffected: (change: Change) => boolean,
): LiveQuery<T> {
  const initial: LiveQuery<T> = { value: undefined, error: undefined, refresh: () => undefined };
  const [query, setQuery] = useState(initial);
  useEffect(() => {
    let isStale = false;
    const refresh = coalesce(async () => {
      try {
        const value = await load();
        if (!isStale) setQuery({ value, error: undefined, refresh });
      } catch (error) {
        if (!isStale) setQuery((before) => ({ ...before, error: error as Error, refresh }));
      }
    });
    setQuery(initial);
    refresh();
    const unsubscribe = onChanges((changes) => {
      if (changes === null || changes.some(isAffected)) refresh();
    });
    return () => {
      isStale = true;
      unsubscribe();
    };
  }, inputs);
  return query;
}
