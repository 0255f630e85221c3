import { defineConfig } from 'vitest/config';

const tests = ['test/**/*.test.ts'];
const others = ['test/browser/**', 'test/replicas/**', 'test/outsider/**'];

/** Tests that start programs (the built command, npm, a database, apps in other languages) or repeat all scenarios. */
const slow = [
  'test/{cli,crash,packaging}/**/*.test.ts',
  'test/backends/simulator/database/*.test.ts',
  'test/client/pointing.test.ts',
  'test/contract/mutation/*.test.ts',
  'test/contract/scenarios/surfaces.test.ts',
  'test/docs/command.test.ts',
  'test/sdk/python/*.test.ts',
  'test/sdk/scenarios.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // One more than cores, because tests also wait. The default is one fewer.
    maxWorkers: 3,
    // All cores are busy anyway, so helper threads of the garbage collector only cost time.
    execArgv: ['--single-threaded-gc'],
    // Modules are loaded once per worker. They keep no state that a test could change.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
    projects: [
      {
        extends: true,
        test: { name: 'quick', include: tests, exclude: [...others, ...slow] },
      },
      {
        extends: true,
        test: { name: 'slow', include: slow, exclude: others, globalSetup: 'test/build.ts' },
      },
    ],
  },
});
