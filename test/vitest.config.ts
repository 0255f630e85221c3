import { defineConfig } from 'vitest/config';

/** Tests that run the built command. It is built once, before the first of them. */
const built = [
  'test/cli/*.test.ts',
  'test/packaging/start-up.test.ts',
  'test/**/command.test.ts',
  'test/crash/**/*.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // The default is one worker fewer than cores.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Modules are loaded once per worker. They keep no state that a test could change.
        test: {
          name: 'source',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...built, 'test/browser/**'],
        },
      },
      {
        extends: true,
        // These tests start processes, which takes long on a busy machine.
        test: { name: 'built', isolate: false, include: built, globalSetup: 'test/build.ts', testTimeout: 60_000 },
      },
    ],
  },
});
