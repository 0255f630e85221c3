import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isUpToDate } from '../build.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export interface Packed {
  /** The path of the tarball. */
  readonly tarball: string;
  /** The files in it. */
  readonly paths: readonly string[];
}

/** Removes what `npm test` and vitest add, so that npm behaves as it does in a user's shell. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|UNDERSTUDY_|TWILIO_|NODE_ENV|VITEST)/.test(name),
  );
  return Object.fromEntries(own);
}

export const npm = (cwd: string, ...args: string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd, env: userEnvironment() });

/** The files whose build is a step of its own. */
const isBuilt = () => ['dist/main.js', 'dist/index.d.ts', 'dist/inspector/index.html'].every(isUpToDate);

/** Packs this package as `npm publish` does, and builds it before if it is not up to date. */
export async function pack(folder: string): Promise<Packed> {
  const args = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = isBuilt()
    ? await npm(root, ...args, '--ignore-scripts')
    : await npm(copyOfSources(folder), ...args);
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  return { tarball: join(folder, filename), paths: files.map(({ path }) => path) };
}

/** A copy of the sources without `dist`, so that files of an older build cannot get into the package. */
function copyOfSources(folder: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  for (const name of [
    'package.json',
    '.config',
    'tsconfig.json',
    'LICENSE',
    'README.md',
    'src',
    'test',
    'capability',
    'fixtures',
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
