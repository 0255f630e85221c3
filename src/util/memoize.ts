const MAX_ENTRIES = 200;
const MAX_KEY_LENGTH = 1000;

/** Caches the results of a function of one string, such as a header value that most requests repeat. */
export function memoize<T>(compute: (text: string) => T): (text: string) => T {
  const cache = new Map<string, T>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const result = compute(text);
    if (cache.size >= MAX_ENTRIES) cache.clear();
    if (text.length <= MAX_KEY_LENGTH) cache.set(text, result);
    return result;
  };
}
