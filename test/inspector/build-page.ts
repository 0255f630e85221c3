import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the page from its current source, for tests that serve it. */
export default async function buildPage(): Promise<void> {
  await build({ root: fileURLToPath(new URL('../../src/inspector', import.meta.url)), logLevel: 'warn' });
}
