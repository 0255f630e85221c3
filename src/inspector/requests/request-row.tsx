import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { hrefWithQuery } from '../data/route.js';
import type { Exchange } from '../data/types.js';
import { compactPath, errorOf } from './filter.js';
import { formatMilliseconds } from '../components/milliseconds.js';

interface RequestRowProps {
  readonly exchange: Exchange;
  readonly isOpen: boolean;
  readonly showsWorld: boolean;
}

export function RequestRow({ exchange, isOpen, showsWorld }: RequestRowProps): JSX.Element {
  const { id, time, surface, operation, method, url, status, milliseconds, violations, ignored, account, fault } =
    exchange;
  const error = errorOf(exchange);
  return (
    <a class="entry" href={hrefWithQuery(`requests/${id}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <Badge tone={toneOf(status)}>{status}</Badge>
        <span class="name mono" title={`${method} ${url}`}>
          {method} <Text value={compactPath(url)} />
        </span>
        <Timestamp at={time} />
      </span>
      <span class="tags">
        <span>#{id}</span>
        <span>{formatMilliseconds(milliseconds)}</span>
        <span>{surface}</span>
        {error !== undefined && <Badge tone="bad">{error.code}</Badge>}
        {fault !== null && <Badge tone="warn">fault</Badge>}
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
        <span class="operation">{operation}</span>
      </span>
    </a>
  );
}

export function toneOf(status: number): string {
  return status < 400 ? 'good' : status < 500 ? 'warn' : 'bad';
}
