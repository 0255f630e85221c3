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
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CompiledCapability, restoreCapability } from '../../src/capability/compiled.js';
import { type FileNames, readBytes } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import { isUpToDate } from '../build.js';
import { withoutReports } from '../capability/files.js';

/** Packing includes a build, and installing downloads what npm's cache does not have. In milliseconds. */
const TIMEOUT = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Conditions may be nested. */
type Exports = string | { readonly [condition: string]: Exports };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly main: string;
  readonly types: string;
  readonly exports: Exports;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const folder = mkdtempSync(join(tmpdir(), 'understudy-package-'));
const home = join(folder, 'home');
let packed: Packed;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Removes what `npm test` and vitest add, so that npm behaves as it does in a user's shell. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|UNDERSTUDY_|TWILIO_|NODE_ENV|VITEST)/.test(name),
  );
  return Object.fromEntries(own);
}

const npm = (cwd: string, ...args: string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd, env: environment() });

/** The files whose build is a step of its own. */
const isBuilt = ['dist/main.js', 'dist/index.d.ts', 'dist/inspector/index.html'].every(isUpToDate);

beforeAll(async () => {
  mkdirSync(home);
  // Without a package.json here, npm would install into the nearest parent folder that has one.
  writeFileSync(join(home, 'package.json'), '{}\n');
  const pack = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = isBuilt ? await npm(root, ...pack, '--ignore-scripts') : await npm(copyOfSources(), ...pack);
  [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed];
  // Fails if a dependency does not support this version of Node.js.
  await npm(home, 'install', tarball(), '--engine-strict');
}, TIMEOUT);

/** A copy of the sources without `dist`, so that files of an older build cannot get into the package. */
function copyOfSources(): string {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
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

const tarball = (): string => join(folder, packed.filename);
const paths = (): string[] => packed.files.map(({ path }) => path);

describe('the packed tarball', () => {
  test('contains the code, the files that it reads, and the README', () => {
    const top = new Set(paths().map((path) => path.split('/', 1).join()));
    expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'capability', 'dist', 'fixtures', 'package.json']);
    expect(paths()).toEqual(
      expect.arrayContaining([
        'capability/conversations-services.yaml',
        'capability/shapes.json',
        'fixtures/screenshots/inspector-chat.png',
        'fixtures/seeds/support-desk.yaml',
        'dist/inspector/index.html',
      ]),
    );
  });

  test('contains every file that package.json refers to', () => {
    expect(paths()).toEqual(expect.arrayContaining(targets()));
  });

  test('contains no sources, no tests, and no unreachable files', () => {
    const built = paths().filter((path) => path.startsWith('dist/') && !path.startsWith('dist/inspector/'));
    const types = built.filter((path) => /\.d\.c?ts$/.test(path));
    for (const path of types) {
      const source = path.replace(/^dist/, 'src').replace(/\.d\.ts$/, '.ts');
      expect(existsSync(join(root, source)) ? path : `${path} has no source`).toBe(path);
    }
    const code = built.filter((path) => /\.c?js$/.test(path));
    const entries = [
      ...targets().filter((path) => /^dist\/.*\.c?js$/.test(path)),
      'dist/spec.js',
      'dist/contract-mutation.js',
    ];
    expect(code.sort()).toEqual(reachedFrom(entries).sort());
    expect(built.filter((path) => !types.includes(path) && !code.includes(path))).toEqual(['dist/capability.json']);
    expect(paths().filter((path) => /\btest\b|node_modules|\.tsx$|\.map$/.test(path))).toEqual([]);
  });

  test('contains the compiled capability, equal to the capability files', () => {
    const compiled = JSON.parse(readFileSync(join(installed(), 'dist/capability.json'), 'utf8')) as CompiledCapability;
    const files: FileNames = [
      join(installed(), 'capability/conversations-services.yaml'),
      join(installed(), 'capability/conversations-account.yaml'),
    ];
    expect(restoreCapability(compiled, files, readBytes)).toEqual(withoutReports(loadCapability(...files)));
  });
});

const installed = (): string => join(home, 'node_modules', manifest.name);

/** The files that `exports` and `bin` refer to. */
function targets(): string[] {
  const { main, types, exports, bin } = manifest;
  return [main, types, ...filesIn(exports), ...Object.values(bin)].map((path) => path.replace(/^\.\//, ''));
}

const filesIn = (exports: Exports): string[] =>
  typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(filesIn);

/** Files of the package, and the files that they import, directly or not. */
function reachedFrom(entries: readonly string[]): string[] {
  const reached = new Set(entries);
  for (const path of reached) {
    const imported = readFileSync(join(installed(), path), 'utf8').matchAll(/(?:from|import|import\() ?"\.\/([^"]+)"/g);
    for (const [, name = ''] of imported) reached.add(`dist/${name}`);
  }
  return [...reached];
}

describe('the shape of the package', () => {
  test('has no problems that publint finds', async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball()));
    const { messages, pkg } = await publint({ pack: { tarball: buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has types that every resolver finds', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball())));
    if (analysis.types === false) throw new Error('the package has no types');
    // `register` has no types, because it exports nothing. `vitest` is for ES modules only, as vitest itself is.
    const problems = analysis.problems.filter(
      (problem) => !('entrypoint' in problem) || !['./register', './vitest'].includes(problem.entrypoint),
    );
    expect(problems).toEqual([]);
  });

  test('has the same types for require as for import', () => {
    const [, ...exported] = readFileSync(join(root, 'src/index.ts'), 'utf8').split('export ');
    const names = exported.flatMap((text) =>
      (/\{([^}]*)\}/.exec(text)?.[1] ?? '').split(',').flatMap((name) => {
        const isType = text.startsWith('type ') || name.trim().startsWith('type ') || name.trim() === 'UnderstudyError';
        return isType && name.trim() !== '' ? [name.replace('type ', '').trim()] : [];
      }),
    );
    const declared = readFileSync(join(root, 'src/index.d.cts'), 'utf8').matchAll(/export type (\w+) = types\.\1;/g);
    expect(Array.from(declared, ([, name]) => name)).toEqual(names.sort());
  });
});

describe('installed in an empty folder', () => {
  test('provides an executable command', () => {
    for (const name of Object.keys(manifest.bin)) {
      expect(() => accessSync(join(home, 'node_modules/.bin', name), constants.X_OK)).not.toThrow();
    }
  });

  test('can be imported by an ES module', async () => {
    const script = `const { createUnderstudy } = await import('${manifest.name}');
      const understudy = await createUnderstudy();
      console.log((await understudy.http.inject('/__understudy/health')).statusCode);
      await understudy.close();`;
    const options = { cwd: home, env: environment() };
    expect(await run(process.execPath, ['--input-type=module', '-e', script], options)).toMatchObject({
      stdout: '200\n',
    });
  });

  test('can be required by a CommonJS module, which gets what an ES module gets', async () => {
    const script = `const { startUnderstudy } = require('${manifest.name}');
      import('${manifest.name}').then(async (imported) => {
        const sim = await startUnderstudy();
        console.log(imported.startUnderstudy === startUnderstudy, (await fetch(sim.url + '/__understudy/health')).status);
        await sim.close();
      });`;
    const options = { cwd: home, env: environment() };
    expect(await run(process.execPath, ['--input-type=commonjs', '-e', script], options)).toMatchObject({
      stdout: 'true 200\n',
      stderr: '',
    });
  });

  test(
    'starts with npx, answers, and stops on SIGINT',
    async () => {
      // A process group of its own, so that a signal reaches npx, its shell and the server, as Ctrl-C does.
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
    TIMEOUT,
  );
});
