import { useEffect, useState } from 'preact/hooks';

const DELAY_MS = 150;

/** The value after it has stayed unchanged for 150 ms. Used for text that is being typed. */
export function useDebounced<T>(value: T): T {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), DELAY_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return debounced;
}
