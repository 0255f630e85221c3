import { useRef } from 'preact/hooks';

/** The value, or the last defined value for the same key if it is undefined now. */
export function useLast<T>(key: string | undefined, value: T | undefined): T | undefined {
  const last = useRef<{ readonly key: string | undefined; readonly value: T } | undefined>(undefined);
  if (value !== undefined) last.current = { key, value };
  return last.current?.key === key ? last.current?.value : undefined;
}
