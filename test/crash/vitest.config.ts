import { defineConfig } from 'vitest/config';

/** Many crashes, by `npm run crash`; `npm test` plays a few. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/crash/crash.test.ts'],
    globalSetup: 'test/build.ts',
    env: { CRASH_ROUNDS: process.env['CRASH_ROUNDS'] ?? '100' },
  },
});
