import { defineConfig } from 'vitest/config';
import { whyNoBrowser } from './chromium.js';

const reason = whyNoBrowser();
if (reason !== undefined) process.stdout.write(`Skipping the browser tests: ${reason}\n`);

/** Kept apart from the other tests, because not every machine has a browser. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: reason === undefined ? ['test/browser/*.test.ts'] : [],
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: 'test/inspector/build-page.ts',
    // Some tests measure latencies, so only one browser runs at a time.
    fileParallelism: false,
  },
});
