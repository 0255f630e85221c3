import { expect, test } from 'vitest';
import { latencyHistogram, requestRates, widthFor } from '../../src/inspector/charts/series.js';
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

test('latencies have quantiles and a histogram by operation, the slowest operation first', () => {
  const fast = Array.from({ length: 100 }, (_, i) => at(i, 200, i + 1));
  expect(latencyHistogram([...fast, at(0, 200, 500, 'createservice')])).toEqual({
    intervals: ['1–3', '3–10', '10–30', '30–100', '100–300', '300–1,000'],
    operations: [
      { operation: 'createservice', count: 1, p50: 500, p95: 500, maximum: 500, counts: [0, 0, 0, 0, 0, 1] },
      { operation: 'fetchservice', count: 100, p50: 50, p95: 95, maximum: 100, counts: [2, 7, 20, 70, 1, 0] },
    ],
  });
});

test('the first and the last interval of a histogram are open', () => {
  expect(latencyHistogram([at(0, 200, 0.05)]).intervals).toEqual(['< 0.1']);
  expect(latencyHistogram([at(0, 200, 10_000)]).intervals).toEqual(['≥ 10,000']);
  expect(latencyHistogram([])).toEqual({ intervals: [], operations: [] });
});
