import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { isInShownWorld } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { loadThread, type ThreadStart } from './load-thread.js';
import { axisEnd, rowsOf, type ThreadRow } from './thread.js';
import { formatMilliseconds } from '../components/milliseconds.js';

interface WaterfallProps {
  readonly start: ThreadStart;
}

/** A call and what followed from it, on one time axis. */
export function Waterfall({ start }: WaterfallProps): JSX.Element | null {
  const { value } = useLiveQuery(
    () => loadThread(start),
    [JSON.stringify(start), world.value],
    (change) => (change.kind === 'delivery' || change.kind === 'world') && isInShownWorld(change),
  );
  if (value === undefined) return null;
  const rows = rowsOf(value);
  const end = axisEnd(rows);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Thread">
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Result</th>
            <th scope="col">Start</th>
            <th scope="col">Duration</th>
            <th scope="col" class="axis">
              <span class="visually-hidden">Time axis of </span>
              {formatMilliseconds(end)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} end={end} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, end }: { readonly row: ThreadRow; readonly end: number }): JSX.Element {
  const { kind, label, path, result, tone, start, duration, at } = row;
  return (
    <tr>
      <th scope="row">
        <span class="kind">{kind}</span>{' '}
        <a href={href(path)}>
          <Text value={label} />
        </a>
      </th>
      <td>{result !== '' && <Badge tone={tone}>{result}</Badge>}</td>
      <td>{start === undefined ? at !== undefined && <Timestamp at={at} /> : `+${formatMilliseconds(start)}`}</td>
      <td>{duration !== undefined && formatMilliseconds(duration)}</td>
      <td class="axis" aria-hidden="true">
        {start !== undefined && start <= end && kind !== 'later request' && (
          <span
            class={`bar ${tone}`}
            style={{
              left: `${(Math.max(0, start) / end) * 100}%`,
              width: `${((duration ?? 0) / end) * 100}%`,
            }}
          />
        )}
      </td>
    </tr>
  );
}
