import { defineConfig } from 'vitest/config';

/** What runs the built command: it is built once before. */
const built = [
  'test/main.test.ts',
  'test/**/command.test.ts',
  'test/contract/sockets.test.ts',
  'test/crash/**/*.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'source', include: ['test/**/*.test.ts'], exclude: [...built, 'test/browser/**'] },
      },
      { extends: true, test: { name: 'built', include: built, globalSetup: 'test/build.ts' } },
    ],
  },
});
