import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the page, once before the tests that serve it: what is tested is what is there. */
export default async function buildPage(): Promise<void> {
  await build({ root: fileURLToPath(new URL('../../src/inspector', import.meta.url)), logLevel: 'warn' });
}
