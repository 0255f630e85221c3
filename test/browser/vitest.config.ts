import { defineConfig } from 'vitest/config';
import { whyNoBrowser } from './chromium.js';

const reason = whyNoBrowser();
if (reason !== undefined) process.stdout.write(`browser tests are skipped: ${reason}\n`);

/** Apart from the other tests, as they need a browser that not every machine has. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: reason === undefined ? ['test/browser/*.test.ts'] : [],
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: 'test/inspector/build-page.ts',
    // Latencies are measured: one browser at a time.
    fileParallelism: false,
  },
});
