import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** What each part may import beside itself. Parts that are not here compose the others, and may import all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'operation.ts': [],
  'errors.ts': [],
  'redact.ts': [],
  'log.ts': [],
  'remember.ts': [],
  'loopback.ts': [],
  'twilio-hosts.ts': [],
  'package-files.ts': [],
  'once.ts': [],
  'own-schema.ts': [],
  'require-package.ts': [],
  'wildcard.ts': [],
  capability: ['operation.ts', 'errors.ts', 'package-files.ts', 'once.ts', 'own-schema.ts', 'require-package.ts'],
  engine: [
    'operation.ts',
    'errors.ts',
    'redact.ts',
    'log.ts',
    'once.ts',
    'own-schema.ts',
    'require-package.ts',
    'wildcard.ts',
    'capability',
  ],
  'backends/simulator': [
    'operation.ts',
    'errors.ts',
    'log.ts',
    'loopback.ts',
    'package-files.ts',
    'own-schema.ts',
    'require-package.ts',
    'wildcard.ts',
  ],
  'backends/live': ['operation.ts', 'errors.ts', 'log.ts', 'loopback.ts'],
  'backends/cassette': ['operation.ts', 'errors.ts', 'log.ts', 'redact.ts', 'once.ts', 'own-schema.ts'],
  'backends/guards.ts': ['operation.ts', 'errors.ts'],
  'backends/page-urls.ts': ['operation.ts', 'errors.ts'],
  surfaces: [
    'operation.ts',
    'errors.ts',
    'redact.ts',
    'log.ts',
    'loopback.ts',
    'remember.ts',
    'twilio-hosts.ts',
    'package-files.ts',
    'once.ts',
    'require-package.ts',
    'capability',
    'engine',
  ],
  contract: ['operation.ts', 'errors.ts', 'own-schema.ts'],
  inspector: [],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

/** `backends/live/live.ts` → `backends/live`; a file at the top is a part of its own. */
function partOf(file: string): string {
  return file
    .split('/')
    .slice(0, file.startsWith('backends/') ? 2 : 1)
    .join('/');
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return Array.from(text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g), ([, target = '']) =>
    normalize(join(dirname(file), target.replace(/\.js$/, '.ts'))),
  );
}

describe('the parts of the program', () => {
  it.each(Object.entries(ALLOWED))('%s imports only what it may know', (part, allowed) => {
    const own = files.filter((file) => partOf(file) === part);
    expect(own).not.toEqual([]);
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== part && !allowed.includes(partOf(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are all in the list, but for those that compose them', () => {
    const folders = new Set(files.map(partOf).filter((part) => !/\.tsx?$/.test(part)));
    expect([...folders].filter((part) => !(part in ALLOWED))).toEqual(['library']);
  });

  it('leave process.env to config.ts', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(src, file), 'utf8')));
    expect(readers.filter((file) => !READERS.includes(file))).toEqual([]);
  });
});

/** config.ts reads settings; exec.ts hands the environment on to the program that it starts; tracing.ts asks for OTEL_…. */
const READERS = ['config.ts', 'exec.ts', 'tracing.ts', 'register.ts', 'client-options.ts'];
