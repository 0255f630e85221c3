import { defineConfig } from 'vitest/config';

/** For `npm run fuzz`, which runs many rounds with another seed each time; `npm test` runs a few with the same one. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/fuzz/*.test.ts'],
    testTimeout: 3_600_000,
    env: {
      FUZZ_ROUNDS: process.env['FUZZ_ROUNDS'] ?? '5000',
      FUZZ_SEED: process.env['FUZZ_SEED'] ?? String(Date.now() % 2 ** 31),
    },
  },
});
