import { defineConfig } from 'vitest/config';

/** For `npm run crash`, which runs many rounds; `npm test` runs a few. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/crash/crash.test.ts'],
    globalSetup: 'test/build.ts',
    env: { CRASH_ROUNDS: process.env['CRASH_ROUNDS'] ?? '100' },
  },
});
