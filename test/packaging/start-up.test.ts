import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The static imports of a built file. What it imports dynamically is not part of the start. */
function importsOf(file: string): string[] {
  const text = readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
  const statements = /^(?:import (?:.* from )?|var .* = requirePackage\()"([^"]+)"\)?;$/gm;
  return Array.from(text.matchAll(statements), ([, specifier = '']) => specifier);
}

// Every further file and package delays the start. Some users start a server for each test.
test.each([
  ['a command that starts no server', ['main.js'], { files: ['common.js', 'main.js'], packages: ['commander'] }],
  [
    'serve',
    ['main.js', 'start-servers.js'],
    {
      files: ['common.js', 'main.js', 'start-servers.js', 'understudy.js'],
      packages: ['@fastify/cors', 'commander', 'fastify'],
    },
  ],
])('%s loads few files of this package, and only the packages that it needs', (_, entries, expected) => {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('./')) files.add(specifier.slice(2));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  expect({ files: [...files].sort(), packages: [...packages].sort() }).toEqual(expected);
});
