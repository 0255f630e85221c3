import { createHash } from 'node:crypto';

/** A number from 0 to below 1 that depends on nothing but the text. */
export function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** How long something takes, in milliseconds. */
export type Latency = EvenLatency | LognormalLatency;

/** Drawn evenly between two bounds. */
export interface EvenLatency {
  readonly min: number;
  readonly max: number;
}

/**
 * As real networks are: half of all lie below the median, and a few far above it. The larger `sigma`, the longer that
 * tail: with 0.5, one of a hundred takes more than three times the median.
 */
export interface LognormalLatency {
  readonly median: number;
  readonly sigma: number;
}

/** A latency that depends on nothing but the text. */
export function drawLatency(latency: Latency, text: string): number {
  if ('min' in latency) return latency.min + chance(text) * (latency.max - latency.min);
  // Box and Muller's way from two even numbers to one of the bell curve; the logarithm of 0 does not exist.
  const bell = Math.sqrt(-2 * Math.log(1 - chance(text))) * Math.cos(2 * Math.PI * chance(`${text} angle`));
  return latency.median * Math.exp(latency.sigma * bell);
}
