import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CompiledCapability, restoreCapability } from '../../src/capability/compiled.js';
import { readBytes } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import { withoutReports } from '../capability/files.js';

/** Packing builds, and installing fetches what is not in npm's cache. */
const PATIENCE = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const folder = mkdtempSync(join(tmpdir(), 'understudy-package-'));
const home = join(folder, 'home');
let packed: Packed;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** npm as a person calls it: not as a part of the `npm test` that this may be. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|UNDERSTUDY_|TWILIO_|NODE_ENV|VITEST)/.test(name),
  );
  return Object.fromEntries(own);
}

const npm = (cwd: string, ...args: string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd, env: environment() });

/** Packs a copy without `dist`: so the build that `npm ci` makes too is what is packed, and nothing older. */
beforeAll(async () => {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  mkdirSync(home);
  // As `npm init` leaves it. Without it, npm would use the nearest one above, wherever temporary folders are.
  writeFileSync(join(home, 'package.json'), '{}\n');
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
  const { stdout } = await npm(copy, 'pack', '--json', '--pack-destination', folder);
  [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed];
  await npm(home, 'install', join(folder, packed.filename));
}, PATIENCE);

const paths = (): string[] => packed.files.map(({ path }) => path);

describe('the packed tarball', () => {
  test('holds what runs, what it reads, and what a person reads', () => {
    const top = new Set(paths().map((path) => path.split('/', 1).join()));
    expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'capability', 'dist', 'fixtures', 'package.json']);
    expect(paths()).toEqual(
      expect.arrayContaining([
        'capability/conversations-services.yaml',
        'capability/shapes.json',
        'fixtures/seeds/support-desk.yaml',
        'dist/inspector/index.html',
      ]),
    );
  });

  test('holds every file that its package.json leads to', () => {
    expect(paths()).toEqual(expect.arrayContaining(led()));
  });

  test('holds no sources, no tests, and nothing of an older build', () => {
    const built = paths().filter((path) => path.startsWith('dist/') && !path.startsWith('dist/inspector/'));
    const types = built.filter((path) => path.endsWith('.d.ts'));
    for (const path of types) {
      const source = path.replace(/^dist/, 'src').replace(/\.d\.ts$/, '.ts');
      expect(existsSync(join(root, source)) ? path : `${path} has no source`).toBe(path);
    }
    const code = built.filter((path) => path.endsWith('.js'));
    const entries = [...led().filter((path) => path.endsWith('.js')), 'dist/spec.js', 'dist/contract-mutation.js'];
    expect(code.sort()).toEqual(reachedFrom(entries).sort());
    expect(built.filter((path) => !types.includes(path) && !code.includes(path))).toEqual(['dist/capability.json']);
    expect(paths().filter((path) => /\btest\b|node_modules|\.tsx$|\.map$/.test(path))).toEqual([]);
  });

  test('holds the capability in its compiled form too, and it says what the file says', () => {
    const compiled = JSON.parse(readFileSync(join(installed(), 'dist/capability.json'), 'utf8')) as CompiledCapability;
    const file = join(installed(), 'capability/conversations-services.yaml');
    expect(restoreCapability(compiled, [file], readBytes)).toEqual(withoutReports(loadCapability(file)));
  });
});

const installed = (): string => join(home, 'node_modules', manifest.name);

/** What package.json leads to. */
function led(): string[] {
  const targets = Object.values(manifest.exports).flatMap((to) => (typeof to === 'string' ? [to] : Object.values(to)));
  return [...targets, ...Object.values(manifest.bin)].map((path) => path.replace(/^\.\//, ''));
}

/** Files of the package, and those that they import. */
function reachedFrom(entries: readonly string[]): string[] {
  const reached = new Set(entries);
  for (const path of reached) {
    const imported = readFileSync(join(installed(), path), 'utf8').matchAll(/(?:from|import|import\() ?"\.\/([^"]+)"/g);
    for (const [, name = ''] of imported) reached.add(`dist/${name}`);
  }
  return [...reached];
}

describe('installed in an empty folder', () => {
  test('offers an executable command', () => {
    for (const name of Object.keys(manifest.bin)) {
      expect(() => accessSync(join(home, 'node_modules/.bin', name), constants.X_OK)).not.toThrow();
    }
  });

  test('can be imported', async () => {
    const script = `const { createUnderstudy } = await import('${manifest.name}');
      const understudy = await createUnderstudy();
      console.log((await understudy.http.inject('/__understudy/health')).statusCode);
      await understudy.close();`;
    const options = { cwd: home, env: environment() };
    expect(await run(process.execPath, ['--input-type=module', '-e', script], options)).toMatchObject({
      stdout: '200\n',
    });
  });

  test(
    'is served by npx, answers and stops',
    async () => {
      // In a group of its own, so that a signal reaches it as Ctrl-C does: npx, its shell and the server.
      const command = ['twilio-understudy', 'serve', '--rest-port', '0', '--mcp-port', '0', '--seed', 'support-desk'];
      const child = spawn('npx', command, { cwd: home, env: environment(), detached: true });
      const group = -(child.pid ?? 0);
      onTestFinished(() => {
        if (child.exitCode === null && child.signalCode === null) process.kill(group, 'SIGKILL');
      });
      const closed = once(child, 'close');
      let banner = '';
      for await (const chunk of child.stdout) {
        banner += String(chunk);
        if (banner.includes('const client')) break;
      }
      expect(banner).toContain(`understudy ${manifest.version}`);
      const address = (name: string) => new RegExp(`^  ${name} +(http:[^\\s…]+)`, 'm').exec(banner)?.[1] ?? '';
      const response = await fetch(`${address('rest')}services`);
      expect(await response.json()).toMatchObject({ services: [{ friendly_name: 'Support desk' }] });
      expect((await fetch(address('control'))).status).toBe(200);

      process.kill(group, 'SIGINT');
      await closed;
      await expect(fetch(address('control'))).rejects.toThrow('fetch failed');
    },
    PATIENCE,
  );
});
