import { readFileSync } from 'node:fs';

/** Of this package. The path holds from `src/` and from `dist/` alike. */
export function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
