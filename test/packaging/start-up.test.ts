import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The static imports of a built file. What it imports dynamically is not part of the start. */
function importsOf(file: string): string[] {
  const text = readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
  const statements = /^(?:import (?:.* from )?|var .* = requirePackage\()"([^"]+)"\)?;$/gm;
  return Array.from(text.matchAll(statements), ([, specifier = '']) => specifier);
}

// Every further file and package delays the start. Some users start a server for each test.
test('serve loads few files of this package, and only the packages that it needs', () => {
  const files = new Set(['main.js', 'start-servers.js']);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('./')) files.add(specifier.slice(2));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  expect([...files].sort()).toEqual(['common.js', 'main.js', 'start-servers.js', 'understudy.js']);
  expect([...packages].sort()).toEqual(['@fastify/cors', 'commander', 'fastify']);
});
