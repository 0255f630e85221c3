import { requirePackage } from './require-package.js';

/** The same as `didYouMean`, but empty when no name is close: at most a third of the letters differ. */
export function closeMatch(given: string, names: Iterable<string>): string {
  const { distance } = requirePackage('fastest-levenshtein') as typeof import('fastest-levenshtein');
  const isClose = (name: string): boolean =>
    distance(given.toLowerCase(), name.toLowerCase()) <= Math.ceil(name.length / 3);
  return didYouMean(given, [...names].filter(isClose));
}

/** ` Did you mean \`X\`?` with the name that is closest to the given one; empty when there are no names. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return '';
  const { closest } = requirePackage('fastest-levenshtein') as typeof import('fastest-levenshtein');
  // Prefer names that contain the given one: an abbreviation has a large edit distance.
  const containing = given === '' ? [] : known.filter((name) => name.toLowerCase().includes(given.toLowerCase()));
  return ` Did you mean \`${closest(given, containing.length > 0 ? containing : known)}\`?`;
}
