/** Loaded into a server before it starts (`--expose-gc --import`): says what it holds once its garbage is gone. */
import { readdirSync } from 'node:fs';
import { longestPause } from './pause.mjs';

process.on('message', () => {
  // The first pass finds what finalizers must let go; the second takes it away.
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const descriptors = readdirSync('/proc/self/fd').length;
    const pause = longestPause();
    process.send({
      heap: heapUsed / 2 ** 20,
      external: external / 2 ** 20,
      resident: rss / 2 ** 20,
      descriptors,
      pause,
    });
  }, 100);
});
process.channel.unref();
