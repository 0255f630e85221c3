import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';

/** Builds the command once, before the tests that run it: what is tested is what is there. */
export default async function build(): Promise<void> {
  const root = fileURLToPath(new URL('../src', import.meta.url));
  // The inspector's page, which other tests look at meanwhile, stays.
  await bundle({ root, logLevel: 'warn', build: { emptyOutDir: false } });
}
