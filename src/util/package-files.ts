import { existsSync } from 'node:fs';

/** The package's root: two folders above `src/util/`, or one above the bundled `dist/`. */
const root = ['../', '../../'].map((up) => new URL(up, import.meta.url)).find(hasManifest);

function hasManifest(folder: URL): boolean {
  return existsSync(new URL('package.json', folder));
}

/** The URL of a file or folder, by its path relative to the package's root. */
export function packageFile(path: string): URL {
  return new URL(path, root);
}
