import { closest } from 'fastest-levenshtein';

/** ` Did you mean X?` with the closest of the names, or nothing when there are none. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return '';
  // Half a name means the whole one, however many letters are missing.
  const begun = given === '' ? [] : known.filter((name) => name.toLowerCase().includes(given.toLowerCase()));
  return ` Did you mean \`${closest(given, begun.length > 0 ? begun : known)}\`?`;
}
