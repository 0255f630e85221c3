/** Loaded into a server with `--expose-gc --import`: reports memory and open files after a garbage collection. */
import { readdirSync } from 'node:fs';

process.on('message', () => {
  // The first collection runs finalizers; the second frees what they released.
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const descriptors = readdirSync('/proc/self/fd').length;
    process.send({
      heap: heapUsed / 2 ** 20,
      external: external / 2 ** 20,
      resident: rss / 2 ** 20,
      descriptors,
    });
  }, 100);
});
process.channel.unref();
