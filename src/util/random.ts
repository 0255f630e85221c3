import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends only on the text. */
export function seededRandom(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** A distribution of latencies, in milliseconds. */
export type Latency = UniformLatency | LognormalLatency;

/** Uniform between two bounds. */
interface UniformLatency {
  readonly min: number;
  readonly max: number;
}

/**
 * Typical of real networks: half of the values are below the median, and a few are far above it. A larger `sigma` gives
 * a longer tail: with 0.5, one value in a hundred is more than three times the median.
 */
interface LognormalLatency {
  readonly median: number;
  readonly sigma: number;
}

/** A latency that depends only on the distribution and the text. */
export function drawLatency(latency: Latency, text: string): number {
  if ('min' in latency) return latency.min + seededRandom(text) * (latency.max - latency.min);
  // The Box-Muller transform. `1 -` because the logarithm of 0 is not defined.
  const normal =
    Math.sqrt(-2 * Math.log(1 - seededRandom(text))) * Math.cos(2 * Math.PI * seededRandom(`${text} angle`));
  return latency.median * Math.exp(latency.sigma * normal);
}
