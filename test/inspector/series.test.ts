import { expect, test } from 'vitest';
import { latencies, requestRates, widthFor } from '../../src/inspector/charts/series.js';
import type { Exchange } from '../../src/inspector/data/types.js';

const at = (seconds: number, status = 200, milliseconds = 1, operation = 'fetchservice') =>
  ({ started: seconds * 1000, status, milliseconds, operation }) as Exchange;

test('requests and errors are counted per second, in intervals that cover the log', () => {
  expect(requestRates([at(100.2), at(100.9, 404), at(103.1, 503), at(103.5)])).toEqual({
    times: [100, 101, 102, 103],
    width: 1,
    series: [
      { label: 'requests/s', tone: 'accent', values: [2, 0, 0, 2] },
      { label: '4xx/s', tone: 'warn', values: [1, 0, 0, 0] },
      { label: '5xx/s', tone: 'bad', values: [0, 0, 0, 1] },
    ],
  });
  expect(requestRates([]).times).toEqual([]);
});

test('a longer log has wider intervals, and rates stay per second', () => {
  expect([10, 60, 61, 3600, 1e9].map(widthFor)).toEqual([1, 1, 2, 60, 16_666_667]);
  const { times, width, series } = requestRates([at(0), at(1), at(600)]);
  expect([times.length, width]).toEqual([61, 10]);
  expect(series[0]?.values[0]).toBeCloseTo(0.2);
});

test('latencies have quantiles by operation, the slowest operation first', () => {
  const fast = Array.from({ length: 100 }, (_, i) => at(i, 200, i + 1));
  expect(latencies([...fast, at(0, 200, 500, 'createservice')])).toEqual([
    { operation: 'createservice', count: 1, p50: 500, p95: 500, maximum: 500 },
    { operation: 'fetchservice', count: 100, p50: 50, p95: 95, maximum: 100 },
  ]);
});
