import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { queryControl } from '../data/api.js';
import { world } from '../data/route.js';
import type { ReceiptStatus } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import type { TimeSeries, Tone } from './series.js';
import { TimeChart } from './time-chart.js';

interface History {
  readonly times: readonly string[];
  readonly width: number;
  readonly counts: Readonly<Record<ReceiptStatus, readonly number[]>>;
}

const tones: Readonly<Record<ReceiptStatus, Tone>> = {
  sent: 'neutral',
  delivered: 'good',
  read: 'accent',
  undelivered: 'warn',
  failed: 'bad',
};
/** The server reads all receipts for this, so not after every change. */
const REFRESH_MS = 2000;

/** Delivery receipts by status, at the world's time of their last change. */
export function ReceiptChart(): JSX.Element | null {
  const { value, refresh } = useLiveQuery(
    () => queryControl<History>('receipts.history'),
    [world.value],
    ({ name }) => name?.startsWith('worlds.') === true,
  );
  useEffect(() => {
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const data = useMemo(() => (value === undefined ? undefined : seriesOf(value)), [JSON.stringify(value)]);
  if (data === undefined || data.times.length === 0) return null;
  return <TimeChart title="Delivery receipts by status" data={data} />;
}

function seriesOf({ times, width, counts }: History): TimeSeries {
  const statuses = Object.keys(tones) as ReceiptStatus[];
  return {
    times: times.map((time) => Date.parse(time) / 1000),
    width,
    series: statuses.map((label) => ({ label, tone: tones[label], values: counts[label] })),
  };
}
