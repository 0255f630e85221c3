const MAX_ENTRIES = 200;
const MAX_KEY_LENGTH = 1000;

/** Caches the results of a function of one string, such as a header value that most requests repeat. */
export function memoize<T>(compute: (text: string) => T): (text: string) => T {
  const cache = new Map<string, T>();
  // Comparing two texts takes less time than the hash of one, which a lookup needs.
  let lastText: string | undefined;
  let lastResult: T;
  const lookUp = (text: string): T => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const result = compute(text);
    if (cache.size >= MAX_ENTRIES) cache.clear();
    if (text.length <= MAX_KEY_LENGTH) cache.set(text, result);
    return result;
  };
  return (text) => {
    if (text === lastText) return lastResult;
    const result = lookUp(text);
    if (text.length <= MAX_KEY_LENGTH) {
      lastText = text;
      lastResult = result;
    }
    return result;
  };
}
