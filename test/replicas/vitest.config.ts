import { defineConfig } from 'vitest/config';

/** For `npm run store:postgres`, which runs many rounds; no other command runs it. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/replicas/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    // They measure times.
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    env: {
      REPLICA_ROUNDS: process.env['REPLICA_ROUNDS'] ?? '100',
      REPLICA_SEED: process.env['REPLICA_SEED'] ?? String(Date.now() % 1_000_000),
    },
  },
});
