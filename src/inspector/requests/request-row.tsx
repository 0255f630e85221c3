import type { JSX } from 'preact';
import { href } from '../base/route.js';
import { Time } from '../base/time.js';
import type { Exchange } from '../base/types.js';
import { Badge } from '../base/widgets.js';

interface Props {
  readonly exchange: Exchange;
  readonly isOpen: boolean;
  readonly showsWorld: boolean;
}

/** A request in the list. */
export function RequestEntry({ exchange, isOpen, showsWorld }: Props): JSX.Element {
  const { id, time, surface, operation, status, milliseconds, violations, ignored, account } = exchange;
  return (
    <a class="entry" href={href(`requests/${id}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <Badge tone={toneOf(status)}>{status}</Badge>
        <span class="name mono">{operation}</span>
        <Time at={time} />
      </span>
      <span class="tags">
        <span>#{id}</span>
        <span>{surface}</span>
        <span>{milliseconds} ms</span>
        {showsWorld && account !== null && <span title={account}>…{account.slice(-6)}</span>}
        {violations.length > 0 && <Badge tone="bad">{violations.length} against the shape</Badge>}
        {ignored.length > 0 && <Badge tone="warn">{ignored.length} ignored</Badge>}
      </span>
    </a>
  );
}

export function toneOf(status: number): string {
  return status < 400 ? 'good' : status < 500 ? 'warn' : 'bad';
}
