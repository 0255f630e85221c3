import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Timestamp } from '../components/timestamp.js';
import { href } from '../data/route.js';
import type { Exchange } from '../data/types.js';

interface RequestRowProps {
  readonly exchange: Exchange;
  readonly isOpen: boolean;
  readonly showsWorld: boolean;
}

export function RequestRow({ exchange, isOpen, showsWorld }: RequestRowProps): JSX.Element {
  const { id, time, surface, operation, status, milliseconds, violations, ignored, account } = exchange;
  return (
    <a class="entry" href={href(`requests/${id}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <Badge tone={toneOf(status)}>{status}</Badge>
        <span class="name mono">{operation}</span>
        <Timestamp at={time} />
      </span>
      <span class="tags">
        <span>#{id}</span>
        <span>{surface}</span>
        <span>{milliseconds} ms</span>
        {showsWorld && account !== null && <span title={account}>…{account.slice(-6)}</span>}
        {violations.length > 0 && (
          <Badge tone="bad">
            {violations.length} schema violation{violations.length === 1 ? '' : 's'}
          </Badge>
        )}
        {ignored.length > 0 && (
          <Badge tone="warn">
            {ignored.length} ignored field{ignored.length === 1 ? '' : 's'}
          </Badge>
        )}
      </span>
    </a>
  );
}

export function toneOf(status: number): string {
  return status < 400 ? 'good' : status < 500 ? 'warn' : 'bad';
}
