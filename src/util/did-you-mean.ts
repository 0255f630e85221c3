import { requirePackage } from './require-package.js';

/** ` Did you mean \`X\`?` with the name that is closest to the given one; empty when there are no names. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return '';
  const { closest } = requirePackage('fastest-levenshtein') as typeof import('fastest-levenshtein');
  // Prefer names that contain the given one: an abbreviation has a large edit distance.
  const containing = given === '' ? [] : known.filter((name) => name.toLowerCase().includes(given.toLowerCase()));
  return ` Did you mean \`${closest(given, containing.length > 0 ? containing : known)}\`?`;
}
