import { defineConfig } from 'vitest/config';

const tests = ['test/**/*.test.ts'];
const others = ['test/browser/**', 'test/replicas/**', 'test/outsider/**'];

/** Tests that start the built command, npm, a database or programs in other languages, which takes most of the time. */
const programs = [
  'test/{cli,crash,packaging}/**/*.test.ts',
  'test/backends/simulator/database/*.test.ts',
  'test/client/pointing.test.ts',
  'test/docs/command.test.ts',
  'test/sdk/python/*.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // The default is one worker fewer than cores.
    maxWorkers: 2,
    // Modules are loaded once per worker. They keep no state that a test could change.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
    projects: [
      {
        extends: true,
        test: { name: 'in-process', include: tests, exclude: [...others, ...programs] },
      },
      {
        extends: true,
        test: { name: 'programs', include: programs, exclude: others, globalSetup: 'test/build.ts' },
      },
    ],
  },
});
