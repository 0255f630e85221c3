import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What a file of the build imports before it runs; what it loads later has no part in a start. */
function importsOf(file: string): string[] {
  const text = readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
  const statements = /^(?:import (?:.* from )?|var .* = requirePackage\()"([^"]+)"\)?;$/gm;
  return Array.from(text.matchAll(statements), ([, specifier = '']) => specifier);
}

// Each file and each package more is felt by whoever starts a server per test.
test('a start loads few files of ours, and of other packages only what it cannot do without', () => {
  const files = new Set(['main.js', 'serve.js']);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('./')) files.add(specifier.slice(2));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  expect([...files].sort()).toEqual(['common.js', 'main.js', 'serve.js', 'twilio-hosts.js', 'understudy.js']);
  expect([...packages].sort()).toEqual(['@fastify/cors', 'commander', 'fastify']);
});
