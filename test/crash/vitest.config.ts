import { defineConfig } from 'vitest/config';

/** For `npm run crash`, which runs many rounds; `npm run test:slow` runs a few. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/crash/crash.test.ts', 'test/crash/faults.test.ts', 'test/backends/simulator/storage/fuzz.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 600_000,
    env: {
      CRASH_ROUNDS: process.env['CRASH_ROUNDS'] ?? '100',
      CRASH_SEED: process.env['CRASH_SEED'] ?? String(Date.now() % 1_000_000),
      FAULT_ROUNDS: process.env['FAULT_ROUNDS'] ?? '1000',
    },
  },
});
