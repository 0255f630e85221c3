import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';

/** Builds the command once, before the tests that run it: what is tested is what is there. */
export default async function build(): Promise<void> {
  const configFile = fileURLToPath(new URL('../.config/vite.config.ts', import.meta.url));
  // The inspector's page, which other tests look at meanwhile, stays.
  await bundle({ configFile, logLevel: 'warn', build: { emptyOutDir: false } });
}
