import type { Exchange } from '../data/types.js';

/** Counts over time in intervals of equal width. */
export interface TimeSeries {
  /** The start of each interval, in seconds since 1970. */
  readonly times: readonly number[];
  /** The width of an interval in seconds. */
  readonly width: number;
  readonly series: readonly { readonly label: string; readonly tone: Tone; readonly values: readonly number[] }[];
}

export type Tone = 'accent' | 'good' | 'warn' | 'bad' | 'neutral';

const MAX_INTERVALS = 60;
/** In seconds. */
export const WIDTHS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

/** The smallest width that covers a time span, in seconds, with at most 60 intervals. */
export function widthFor(span: number): number {
  return WIDTHS.find((width) => span / width <= MAX_INTERVALS) ?? Math.ceil(span / MAX_INTERVALS);
}

/** Requests and errors per second. */
export function requestRates(exchanges: readonly Exchange[]): TimeSeries {
  const starts = exchanges.map(({ started }) => started / 1000);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  if (starts.length === 0) return { times: [], width: 1, series: [] };
  const width = widthFor(last - first);
  const origin = Math.floor(first / width) * width;
  const count = Math.floor((last - origin) / width) + 1;
  const times = Array.from({ length: count }, (_, i) => origin + i * width);
  const rates = (isCounted: (exchange: Exchange) => boolean): number[] => {
    const values = times.map(() => 0);
    for (const exchange of exchanges) {
      const index = Math.floor((exchange.started / 1000 - origin) / width);
      if (isCounted(exchange)) values[index] = (values[index] ?? 0) + 1 / width;
    }
    return values;
  };
  return {
    times,
    width,
    series: [
      { label: 'requests/s', tone: 'accent', values: rates(() => true) },
      { label: '4xx/s', tone: 'warn', values: rates(({ status }) => status >= 400 && status < 500) },
      { label: '5xx/s', tone: 'bad', values: rates(({ status }) => status >= 500) },
    ],
  };
}

interface Latency {
  readonly operation: string;
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly maximum: number;
  /** The number of requests in each interval of the histogram. */
  readonly counts: readonly number[];
}

export interface LatencyHistogram {
  /** In milliseconds, e.g. `< 0.1`, `1–3`, `≥ 10,000`. */
  readonly intervals: readonly string[];
  /** The slowest operation first. */
  readonly operations: readonly Latency[];
}

/** The bounds between intervals, in milliseconds. */
const BOUNDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];

/** How the durations of each operation are distributed, over the intervals that have a request. */
export function latencyHistogram(exchanges: readonly Exchange[]): LatencyHistogram {
  const durations = new Map<string, number[]>();
  for (const { operation, milliseconds } of exchanges) {
    const found = durations.get(operation);
    if (found === undefined) durations.set(operation, [milliseconds]);
    else found.push(milliseconds);
  }
  const used = exchanges.map(({ milliseconds }) => intervalOf(milliseconds));
  const [first, last] = [Math.min(...used), Math.max(...used)];
  const range = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const operations = [...durations].map(([operation, values]) => {
    values.sort((a, b) => a - b);
    const quantile = (q: number): number => values[Math.ceil(q * values.length) - 1] ?? 0;
    const intervals = values.map(intervalOf);
    const counts = range.map((interval) => intervals.filter((each) => each === interval).length);
    return { operation, count: values.length, p50: quantile(0.5), p95: quantile(0.95), maximum: quantile(1), counts };
  });
  return { intervals: range.map(labelOf), operations: operations.sort((a, b) => b.p95 - a.p95) };
}

/** The number of bounds up to a duration. */
function intervalOf(milliseconds: number): number {
  return BOUNDS.filter((bound) => bound <= milliseconds).length;
}

function labelOf(interval: number): string {
  const [from, to] = [BOUNDS[interval - 1], BOUNDS[interval]].map((bound) => bound?.toLocaleString('en'));
  return from === undefined ? `< ${to}` : to === undefined ? `≥ ${from}` : `${from}–${to}`;
}
