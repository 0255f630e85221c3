import { existsSync } from 'node:fs';

/** The package's root: two folders up from `src/util/`, one from the bundled `dist/`. */
const root = ['../', '../../'].map((up) => new URL(up, import.meta.url)).find(holdsManifest);

function holdsManifest(folder: URL): boolean {
  return existsSync(new URL('package.json', folder));
}

/** The URL of a file or folder of this package, by its path from the package's root. */
export function packageFile(path: string): URL {
  return new URL(path, root);
}
