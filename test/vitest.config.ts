import { defineConfig } from 'vitest/config';

/** What runs the built command: it is built once before. */
const built = [
  'test/cli/main.test.ts',
  'test/packaging/start-up.test.ts',
  'test/**/command.test.ts',
  'test/contract/sockets.test.ts',
  'test/crash/**/*.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // One worker fewer than cores is the usual; the tests are most of what a machine does while they run.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Modules are loaded once per worker: what they remember is only what never changes.
        test: {
          name: 'source',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...built, 'test/browser/**'],
        },
      },
      { extends: true, test: { name: 'built', isolate: false, include: built, globalSetup: 'test/build.ts' } },
    ],
  },
});
