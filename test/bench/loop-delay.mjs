/** Loaded into a server with `--import`: reports how late its event loop was since the last report, in milliseconds. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION = 1;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
histogram.enable();

process.on('message', () => {
  // Each sample includes the time between two.
  process.send({
    p99: Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION),
    most: histogram.max / 1e6 - RESOLUTION,
  });
  histogram.reset();
});
process.channel.unref();
