import { expect, it } from 'vitest';
import { drawLatency, type Latency } from '../../src/util/random.js';

const draws = (latency: Latency, seed = 'a') =>
  Array.from({ length: 2000 }, (_, i) => drawLatency(latency, `${seed} ${i}`)).sort((one, other) => one - other);

it('a latency with bounds is uniform between them', () => {
  const drawn = draws({ min: 100, max: 200 });
  expect(drawn.every((each) => each >= 100 && each < 200)).toBe(true);
  expect(drawn.filter((each) => each < 125).length / drawn.length).toBeCloseTo(0.25, 1);
});

it('a latency with a median is lognormal, with a longer tail for a larger sigma', () => {
  const drawn = draws({ median: 100, sigma: 0.5 });
  expect(drawn[0]).toBeGreaterThan(0);
  expect(drawn.filter((each) => each < 100).length / drawn.length).toBeCloseTo(0.5, 1);
  // The 99th percentile is 100 × e^(0.5 × 2.326).
  expect(drawn[1980]).toBeGreaterThan(250);
  expect(drawn[1980]).toBeLessThan(400);
  expect(draws({ median: 100, sigma: 1 })[1980]).toBeGreaterThan(700);
  expect(new Set(draws({ median: 100, sigma: 0 }))).toEqual(new Set([100]));
});

it('the same text gives the same latencies, another text gives others', () => {
  const latency = { median: 100, sigma: 0.5 };
  expect(draws(latency)).toEqual(draws(latency));
  expect(draws(latency, 'b')).not.toEqual(draws(latency));
});
