import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as bundle } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

const run = (script: string) => promisify(execFile)('npm', ['run', script, '--silent'], { cwd: root });

/** Builds the command from the current sources, before the tests that run it; in a fresh clone, everything. */
export default async function build(): Promise<void> {
  if (!existsSync(join(root, 'dist/inspector/index.html'))) {
    // The first one empties the folder.
    await run('build:code');
    await Promise.all([run('build:types'), run('build:page')]);
    return;
  }
  if (isUpToDate('dist/main.js') && isUpToDate('dist/register.cjs')) return;
  for (const name of ['vite.config.ts', 'vite.register.config.ts']) {
    const configFile = join(root, '.config', name);
    // Other tests read the inspector's page meanwhile, so it must stay.
    await bundle({ configFile, logLevel: 'warn', build: { emptyOutDir: false } });
  }
}

/** What the build reads. */
const SOURCES = ['src', 'capability', '.config', 'package.json', 'tsconfig.json'];

/** Whether a built file is newer than every source. */
export function isUpToDate(built: string): boolean {
  const time = statSync(join(root, built), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.every((path) => newestIn(join(root, path)) < time);
}

function newestIn(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
