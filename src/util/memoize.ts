const MOST_REMEMBERED = 200;
const LONGEST_REMEMBERED = 1000;

/**
 * The same function of a text, which does its work once for one that comes again and again, such as a header of each
 * request. What it throws is not remembered.
 */
export function memoize<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = work(text);
    if (known.size >= MOST_REMEMBERED) known.clear();
    if (text.length <= LONGEST_REMEMBERED) known.set(text, made);
    return made;
  };
}
