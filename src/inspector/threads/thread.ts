import type { ClientNotification, Delivery, Exchange, Receipt } from '../data/types.js';
import { isPreAction } from '../webhooks/targets.js';

/** Everything that belongs to one call. */
export interface Thread {
  /** Absent if it is no longer in the log, or if a timer or the page itself was the cause. */
  readonly exchange: Exchange | undefined;
  /** The record that the call created or changed. */
  readonly sid: string | undefined;
  readonly deliveries: readonly Delivery[];
  /** Of a message. */
  readonly receipts: readonly Receipt[];
  /** What was sent to users of client SDKs. */
  readonly notifications: readonly ClientNotification[];
  /** Later requests whose input or response contains the record's SID. */
  readonly later: readonly Exchange[];
}

export interface ThreadRow {
  readonly key: string;
  readonly kind: 'request' | 'record' | 'pre-action webhook' | 'webhook' | 'receipt' | 'client' | 'later request';
  readonly label: string;
  /** Where it leads; a path of the page. */
  readonly path: string;
  readonly result: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'neutral';
  /** Milliseconds since the start of the thread; absent where only the world's time is known. */
  readonly start?: number;
  readonly duration?: number;
  /** The world's time, where there is no `start`. */
  readonly at?: string;
}

/** The rows of a thread in order: the request, its record, webhooks by start, receipts, clients, later requests. */
export function rowsOf({ exchange, sid, deliveries, receipts, notifications, later }: Thread): readonly ThreadRow[] {
  const starts = [...deliveries.map(({ queued }) => queued), ...later.map(({ started }) => started)];
  const origin = exchange?.started ?? Math.min(...starts);
  return [
    ...(exchange === undefined ? [] : [requestRow('request', exchange, origin)]),
    ...(sid === undefined ? [] : [recordRow(sid)]),
    ...deliveries.toSorted((a, b) => startOf(a) - startOf(b)).flatMap((delivery) => webhookRows(delivery, origin)),
    ...receipts.map(receiptRow),
    ...notifications.map((each, i) => clientRow(each, i, origin)),
    ...later.map((each) => requestRow('later request', each, origin)),
  ];
}

/** The end of the time axis in milliseconds: what may follow after minutes does not count. */
export function axisEnd(rows: readonly ThreadRow[]): number {
  const ends = rows.map(({ kind, start = 0, duration = 0 }) => (isLater(kind) ? 0 : start + duration));
  return Math.max(1, ...ends);
}

const isLater = (kind: ThreadRow['kind']): boolean => kind === 'later request' || kind === 'client';

function requestRow(kind: 'request' | 'later request', exchange: Exchange, origin: number): ThreadRow {
  const { id, method, operation, status, started, milliseconds } = exchange;
  return {
    key: `request ${id}`,
    kind,
    label: `${method} ${operation}`,
    path: `requests/${id}`,
    result: String(status),
    tone: status < 400 ? 'good' : status < 500 ? 'warn' : 'bad',
    start: started - origin,
    duration: milliseconds,
  };
}

function recordRow(sid: string): ThreadRow {
  return { key: sid, kind: 'record', label: sid, path: `records/${sid}`, result: '', tone: 'neutral' };
}

const startOf = ({ queued, attempts }: Delivery): number => attempts[0]?.started ?? queued;

/** One row per attempt, or one for a webhook that was not sent. */
function webhookRows(delivery: Delivery, origin: number): ThreadRow[] {
  const { id, event, state, queued, attempts, fault } = delivery;
  const common = {
    kind: isPreAction(delivery) ? ('pre-action webhook' as const) : ('webhook' as const),
    path: `webhooks/${id}`,
  };
  if (attempts.length === 0) {
    const tone = state === 'waiting' || state === 'noted' ? 'neutral' : 'bad';
    const result = fault?.rule == null ? state : `${state} by fault rule ${fault.rule}`;
    return [{ ...common, key: `webhook ${id}`, label: event, result, tone, start: queued - origin, duration: 0 }];
  }
  return attempts.map((attempt, i) => ({
    ...common,
    key: `webhook ${id} ${i}`,
    label: i === 0 ? event : `${event}, attempt ${i + 1}`,
    result: String(attempt.status ?? 'no response'),
    tone: attempt.status !== null && attempt.status < 400 ? 'good' : 'bad',
    start: attempt.started - origin,
    duration: attempt.milliseconds,
  }));
}

function receiptRow({ sid, to, status, error_code: code, date_updated: at }: Receipt): ThreadRow {
  const isFailed = status === 'failed' || status === 'undelivered';
  return {
    key: sid,
    kind: 'receipt',
    label: to ?? sid,
    path: `records/${sid}`,
    result: code === 0 ? status : `${status} ${code}`,
    tone: isFailed ? 'bad' : status === 'sent' ? 'neutral' : 'good',
    at,
  };
}

/** A change that a user of a client SDK has received. */
function clientRow(
  { time, change, identity, service, sent }: ClientNotification,
  i: number,
  origin: number,
): ThreadRow {
  return {
    key: `client ${i}`,
    kind: 'client',
    label: identity,
    path: `services/${service}/users`,
    result: sent ? change : `${change}, dropped by a fault`,
    tone: sent ? 'good' : 'bad',
    start: time - origin,
  };
}
