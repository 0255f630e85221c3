import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * The parts that each part may import besides itself. Every part may also import `core` and `util`. Imports go downward
 * only, so two parts never list each other.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  util: [],
  capability: [],
  certificates: [],
  engine: ['capability'],
  control: ['engine', 'capability'],
  surfaces: ['control', 'engine', 'capability', 'certificates'],
  'backends/live': [],
  'backends/cassette': [],
  'backends/guards.ts': [],
  'backends/local-page-urls.ts': [],
  'backends/simulator/kernel': [],
  'backends/simulator/webhooks': ['backends/simulator/kernel'],
  'backends/simulator/storage': ['backends/simulator/kernel'],
  'backends/simulator/database': [
    'backends/simulator/storage',
    'backends/simulator/webhooks',
    'backends/simulator/kernel',
  ],
  'backends/simulator/conversations': ['backends/simulator/kernel'],
  'backends/simulator/client': ['backends/simulator/conversations', 'backends/simulator/kernel'],
  'backends/simulator/controls': [
    'backends/simulator/client',
    'backends/simulator/conversations',
    'backends/simulator/webhooks',
    'backends/simulator/storage',
    'backends/simulator/kernel',
  ],
  'backends/simulator': [
    'backends/simulator/client',
    'backends/simulator/controls',
    'backends/simulator/database',
    'backends/simulator/conversations',
    'backends/simulator/webhooks',
    'backends/simulator/storage',
    'backends/simulator/kernel',
  ],
  app: ['surfaces', 'control', 'engine', 'capability', 'certificates', 'backends'],
  library: ['app', 'surfaces', 'control', 'engine', 'backends'],
  cli: ['app', 'surfaces', 'control', 'engine', 'capability', 'certificates', 'backends'],
  'contract/model': [],
  'contract/scenarios': ['contract/model'],
  'contract/targets': ['contract/model'],
  'contract/compare': ['contract/model'],
  'contract/run': ['contract/compare', 'contract/model'],
  'contract/mutation': ['contract/run', 'contract/compare', 'contract/model'],
  'contract/reports/findings': ['contract/compare', 'contract/model'],
  'contract/reports': ['contract/reports/findings', 'contract/run', 'contract/compare', 'contract/model'],
  'cli/contract': ['contract', 'cli', 'app', 'surfaces', 'control', 'engine', 'capability', 'backends'],
  // It runs in a browser, so it shares only what is free of Node.js.
  inspector: ['contract/reports/findings', 'contract/model'],
};
const SHARED = ['core', 'util'];

/** The package's entry points may import every part, and no part imports them. */
const ENTRY_POINTS = ['index.ts', 'main.ts', 'register.ts', 'vitest.ts'];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

/** The most specific part that contains a file. */
function partOf(file: string): string {
  const [part = file] = Object.keys(ALLOWED)
    .filter((each) => file === each || file.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length);
  return part;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return Array.from(text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g), ([, target = '']) =>
    normalize(join(dirname(file), target.replace(/\.js$/, '.ts'))),
  );
}

/** The files that are loaded with a file: no types, and nothing that is imported later. */
function loadedWith(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return Array.from(
    text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm),
    (match) => normalize(join(dirname(file), (match[1] ?? match[2] ?? '').replace(/\.js$/, '.ts'))),
  ).filter((target) => files.includes(target));
}

/** What only several servers on a database need. */
const OF_STORE =
  /^(?:backends\/simulator\/database|surfaces\/replicas|app\/replicas|surfaces\/client\/relay|control\/merged-worlds|engine\/exchange-ids)\b/;

const isWithin = (part: string, allowed: string): boolean => part === allowed || part.startsWith(`${allowed}/`);

/** Returns a chain of imports that leads from a file back to itself, or undefined. Includes type-only imports. */
function cycleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, chain: readonly string[]): string[] | undefined => {
    if (done.has(file)) return undefined;
    const start = chain.indexOf(file);
    if (start !== -1) return [...chain.slice(start), file];
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target, [...chain, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe('the parts of the source tree', () => {
  it.each(Object.entries(ALLOWED))('%s imports only parts below it', (part, allowed) => {
    const own = files.filter((file) => partOf(file) === part);
    expect(own).not.toEqual([]);
    const reach = part === 'inspector' ? allowed : [...allowed, ...SHARED];
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== part && !reach.some((each) => isWithin(partOf(target), each)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('have no import cycle', () => {
    expect(cycleIn(new Map(files.map((file) => [file, importsOf(file)])))).toBeUndefined();
  });

  it('load nothing of --store before it is used', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const target of loadedWith(file)) visit(target);
    };
    for (const entry of ENTRY_POINTS) visit(entry);
    // A table of three names, which callers without a database may send as well.
    expect([...reached].filter((file) => OF_STORE.test(file))).toEqual(['surfaces/replicas/headers.ts']);
    const importers = files.filter((file) =>
      /^import (?!type)[^;]*'pg';$/m.test(readFileSync(join(src, file), 'utf8')),
    );
    expect(importers.every((file) => OF_STORE.test(file))).toBe(true);
  });

  it('are all listed: add a new folder with the parts that it may import', () => {
    expect(files.filter((file) => !(partOf(file) in ALLOWED))).toEqual(ENTRY_POINTS);
  });

  it('read no environment variables outside the command line', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(src, file), 'utf8')));
    expect(readers.filter((file) => !ENVIRONMENT_READERS.includes(file))).toEqual([]);
  });
});

/** The command line, and the hook that runs in another program. */
const ENVIRONMENT_READERS = ['cli/environment.ts', 'cli/redirected-program.ts', 'register.ts'];
