import { defineConfig } from 'vitest/config';

/** Kept apart from the other tests, because these install the test runners of others from the registry. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/outsider/*.test.ts'],
    globalSetup: 'test/outsider/global-setup.ts',
    // npm downloads what its cache does not have.
    testTimeout: 900_000,
    hookTimeout: 300_000,
    // Each test starts servers and test runners of its own.
    fileParallelism: false,
    // The verbose reporter prints why a test was skipped.
    reporters: ['verbose'],
  },
});
