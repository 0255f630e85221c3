import { requirePackage } from './require-package.js';

/** ` Did you mean X?` with the closest of the names, or nothing when there are none. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return '';
  const { closest } = requirePackage('fastest-levenshtein') as typeof import('fastest-levenshtein');
  // Half a name means the whole one, however many letters are missing.
  const begun = given === '' ? [] : known.filter((name) => name.toLowerCase().includes(given.toLowerCase()));
  return ` Did you mean \`${closest(given, begun.length > 0 ? begun : known)}\`?`;
}
