import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';

/** Builds the command from the current sources, before the tests that run it. */
export default async function build(): Promise<void> {
  const configFile = fileURLToPath(new URL('../.config/vite.config.ts', import.meta.url));
  // Other tests read the inspector's page meanwhile, so it must stay.
  await bundle({ configFile, logLevel: 'warn', build: { emptyOutDir: false } });
}
