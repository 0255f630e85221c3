import { closest } from 'fastest-levenshtein';

/** ` Did you mean X?` with the closest of the names, or nothing when there are none. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const known = [...names];
  return known.length === 0 ? '' : ` Did you mean \`${closest(given, known)}\`?`;
}
