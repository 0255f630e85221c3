import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CompiledCapability, restoreCapability } from '../../src/capability/compiled.js';
import { type FileNames, readBytes } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import { withoutReports } from '../capability/files.js';
import { pack, type Packed, userEnvironment } from './pack.js';

/** Packing may include a build. In milliseconds. */
const TIMEOUT = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Conditions may be nested. */
type Exports = string | { readonly [condition: string]: Exports };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly main: string;
  readonly types: string;
  readonly exports: Exports;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const folder = mkdtempSync(join(tmpdir(), 'understudy-package-'));
/** A project with this package and its dependencies, as npm lays them out. `test/outsider` runs npm itself. */
const home = join(folder, 'home');
let packed: Packed;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  packed = await pack(folder);
  mkdirSync(installed(), { recursive: true });
  await run('tar', ['-xzf', packed.tarball, '-C', installed(), '--strip-components=1']);
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(home, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}, TIMEOUT);

describe('the packed tarball', () => {
  test('contains the code, the files that it reads, and the README', () => {
    const top = new Set(packed.paths.map((path) => path.split('/', 1).join()));
    expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'capability', 'dist', 'fixtures', 'package.json']);
    expect(packed.paths).toEqual(
      expect.arrayContaining([
        'capability/conversations-services.yaml',
        'capability/shapes.json',
        'fixtures/screenshots/inspector-chat.png',
        'fixtures/seeds/support-desk.yaml',
        'fixtures/recipes/vitest.md',
        'fixtures/agents/AGENTS.md',
        'fixtures/agents/twilio-understudy/SKILL.md',
        'dist/inspector/index.html',
      ]),
    );
  });

  test('runs no script when somebody installs it, and is built when it is packed', () => {
    const { scripts } = manifest;
    expect(['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in scripts)).toEqual([]);
    expect(scripts['prepack']).toBe('npm run build');
  });

  test('contains every file that package.json refers to', () => {
    expect(packed.paths).toEqual(expect.arrayContaining(targets()));
  });

  test('contains no sources, no tests, and no unreachable files', () => {
    const built = packed.paths.filter((path) => path.startsWith('dist/') && !path.startsWith('dist/inspector/'));
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
    const others = ['dist/capability.json', 'dist/python/sitecustomize.py'];
    expect(built.filter((path) => !types.includes(path) && !code.includes(path)).sort()).toEqual(others);
    expect(packed.paths.filter((path) => /^test\/|\/test\/|\.test\.|node_modules|\.tsx$|\.map$/.test(path))).toEqual(
      [],
    );
  });

  test('contains code that people can read when a stack trace leads there', () => {
    for (const path of packed.paths.filter((each) => /^dist\/[^/]+\.c?js$/.test(each))) {
      const lines = readFileSync(join(installed(), path), 'utf8').split('\n');
      const longest = Math.max(
        ...lines.filter((line) => !/["'`]|^(?:import|export) /.test(line)).map((line) => line.length),
      );
      expect(longest < 400 ? path : `${path} has a line of ${longest} characters`).toBe(path);
    }
    const code = readFileSync(join(installed(), 'dist/understudy.js'), 'utf8');
    expect(code).toMatch(/^function createEngine\(/m);
    expect(code).toMatch(/^\t#runPreHook\(/m);
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
    const { buffer } = new Uint8Array(readFileSync(packed.tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has types that every resolver finds', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(packed.tarball)));
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

describe('in the node_modules of a project', () => {
  test('can be imported by an ES module', async () => {
    const script = `const { createUnderstudy } = await import('${manifest.name}');
      const understudy = await createUnderstudy();
      console.log((await understudy.http.inject('/__understudy/health')).statusCode);
      await understudy.close();`;
    const options = { cwd: home, env: userEnvironment() };
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
    const options = { cwd: home, env: userEnvironment() };
    expect(await run(process.execPath, ['--input-type=commonjs', '-e', script], options)).toMatchObject({
      stdout: 'true 200\n',
      stderr: '',
    });
  });
});
