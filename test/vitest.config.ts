import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/replicas/**', 'test/outsider/**'],
    globalSetup: 'test/build.ts',
    // The default is one worker fewer than cores.
    maxWorkers: 2,
    // Modules are loaded once per worker. They keep no state that a test could change.
    isolate: false,
    // Some tests start processes, which takes long on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
  },
});
