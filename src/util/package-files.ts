/** A file or folder that ships with the package, by its path there. The way to it is the same from `src/` and from `dist/`. */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
