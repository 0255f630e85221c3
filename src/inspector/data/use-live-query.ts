import { useEffect, useState } from 'preact/hooks';
import { type Change, onChanges } from './events.js';

export interface Live<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly refresh: () => void;
}

/** Between two looks at the same thing; a burst of changes is looked at once at its beginning and once at its end. */
const PAUSE = 80;

/** What `load` gives, loaded again when a change concerns it. When `inputs` change, it is another thing. */
export function useLive<T>(
  load: () => Promise<T>,
  inputs: readonly unknown[],
  concerns: (change: Change) => boolean,
): Live<T> {
  const nothing: Live<T> = { value: undefined, error: undefined, refresh: () => undefined };
  const [live, setLive] = useState(nothing);
  useEffect(() => {
    let over = false;
    const refresh = paced(async () => {
      try {
        const value = await load();
        if (!over) setLive({ value, error: undefined, refresh });
      } catch (error) {
        if (!over) setLive((before) => ({ ...before, error: error as Error, refresh }));
      }
    });
    setLive(nothing);
    refresh();
    const stop = onChanges((changes) => {
      if (changes === null || changes.some(concerns)) refresh();
    });
    return () => {
      over = true;
      stop();
    };
  }, inputs);
  return live;
}

/** Runs at once when nothing runs; else once more when that is over. */
export function paced(run: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  return function start(): void {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void run().finally(() => {
      setTimeout(() => {
        running = false;
        if (!again) return;
        again = false;
        start();
      }, PAUSE);
    });
  };
}

/** A value once it has stayed the same for a moment, e.g. what somebody types. */
export function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), 150);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
