import type { JSX } from 'preact';
import { formatMilliseconds } from '../components/milliseconds.js';
import type { LatencyHistogram } from './series.js';

interface LatencyChartProps {
  readonly histogram: LatencyHistogram;
  /** The address of the requests of an operation. */
  readonly hrefOf: (operation: string) => string;
}

/** A histogram of durations for each operation. It is a table: each bar stands below the number of requests. */
export function LatencyChart({ histogram: { intervals, operations }, hrefOf }: LatencyChartProps): JSX.Element {
  const title = 'Latency by operation';
  return (
    <section class="chart" aria-label={title}>
      <h2>{title}</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={`${title} as a table`}>
        <table class="histogram">
          <thead>
            <tr>
              <Heads columns={['Operation', 'Requests']} />
              <th scope="colgroup" colSpan={intervals.length}>
                Requests by duration in ms
              </th>
              <Heads columns={['p50', 'p95', 'Maximum']} />
            </tr>
            <tr>
              {intervals.map((interval) => (
                <th key={interval} scope="col" class="interval">
                  {interval}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {operations.map(({ operation, count, p50, p95, maximum, counts }) => (
              <tr key={operation}>
                <th scope="row">
                  <a href={hrefOf(operation)}>{operation}</a>
                </th>
                <td>{count}</td>
                {counts.map((each, i) => (
                  <td key={intervals[i]} class={each === 0 ? 'interval hint' : 'interval'}>
                    {each}
                    <span class="bar" style={{ height: `${(each / Math.max(...counts)) * 50}%` }} />
                  </td>
                ))}
                {[p50, p95, maximum].map((duration, i) => (
                  <td key={i}>{formatMilliseconds(duration)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Heads({ columns }: { readonly columns: readonly string[] }): JSX.Element {
  return (
    <>
      {columns.map((column) => (
        <th key={column} scope="col" rowSpan={2}>
          {column}
        </th>
      ))}
    </>
  );
}
