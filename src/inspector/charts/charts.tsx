import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { href } from '../data/route.js';
import { isSimulated } from '../data/server.js';
import { useLog } from '../data/use-log.js';
import { requestLog } from '../requests/request-log.js';
import { CoverageChart } from './coverage-chart.js';
import { LatencyChart } from './latency-chart.js';
import { ReceiptChart } from './receipt-chart.js';
import { latencyHistogram, requestRates } from './series.js';
import { TimeChart } from './time-chart.js';

/** Requests, latencies, receipts and contract coverage as charts. */
export function Charts(): JSX.Element {
  const { entries, error } = useLog(requestLog, 'all');
  const rates = useMemo(() => requestRates(entries ?? []), [entries]);
  const durations = useMemo(() => latencyHistogram(entries ?? []), [entries]);
  return (
    <div class="page wide">
      <h1>Charts</h1>
      <ErrorMessage error={error} />
      {entries === undefined || entries.length === 0 ? (
        <EmptyState title={entries === undefined ? 'Loading…' : 'No requests yet'} />
      ) : (
        <>
          <p class="hint">
            The requests in the log, at most the last 1,000. Drag over the chart to see those of a time range.
          </p>
          <TimeChart
            title="Requests and errors per second"
            data={rates}
            onRange={(from, to) => (location.hash = requestsBetween(from, to))}
            hrefOf={requestsBetween}
          />
          <LatencyChart histogram={durations} hrefOf={(operation) => withParameters('requests', { operation })} />
        </>
      )}
      {isSimulated() && <ReceiptChart />}
      <CoverageChart />
    </div>
  );
}

function requestsBetween(from: number, to: number): string {
  return withParameters('requests', { from: String(Math.floor(from)), to: String(Math.ceil(to)) });
}

function withParameters(path: string, parameters: Readonly<Record<string, string>>): string {
  const address = href(path);
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(parameters).toString()}`;
}
