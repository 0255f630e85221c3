import { stripVTControlCharacters } from 'node:util';
import { isJsonObject, type Json } from '../core/body.js';
import type { Delivery } from '../backends/simulator/webhooks/outbox.js';
import type { Exchange } from '../core/operation.js';
import type { Style } from './style.js';

/** A delivery as `webhooks.list` shows it. */
export type ShownDelivery = Pick<
  Delivery,
  'id' | 'time' | 'event' | 'state' | 'url' | 'exchange' | 'attempts' | 'fault'
>;

/** One line for a request: time, status, method and URL, operation, duration, and what is unusual about it. */
export function formatExchange(exchange: Exchange, terminal: Style): string {
  const style = printableIn(terminal);
  const { time, status, method, url, operation, milliseconds, surface, answer, fault, violations, ignored } = exchange;
  const error = status >= 400 && isJsonObject(answer) ? answer : undefined;
  const remarks = [
    ...(error === undefined ? [] : [style('red', `${textOf(error['code'])} ${textOf(error['message'])}`)]),
    ...(fault === null ? [] : [style('yellow', `fault ${fault.rule ?? 'in header'}`)]),
    ...(violations.length === 0 ? [] : [style('red', `${violations.length} schema violations`)]),
    ...(ignored.length === 0 ? [] : [style('yellow', `ignored ${ignored.join(', ')}`)]),
  ];
  const parts = [
    style('dim', timeOf(time)),
    style(toneOf(status), String(status)),
    style('bold', method),
    printable(url),
    style('dim', `${operation} ${formatMilliseconds(milliseconds)} ${surface}`),
    ...remarks,
  ];
  return parts.join(' ');
}

/** One line for a webhook, indented below the request that caused it. */
export function formatDelivery(
  { time, event, state, url, exchange, attempts, fault }: ShownDelivery,
  terminal: Style,
): string {
  const style = printableIn(terminal);
  const last = attempts.at(-1);
  const outcome = last?.status ?? (last === undefined ? state : (last.error ?? state));
  const parts = [
    style('dim', timeOf(time)),
    '  →',
    style(state === 'delivered' ? 'green' : 'red', String(outcome)),
    style('bold', event),
    printable(url),
    ...(last === undefined ? [] : [style('dim', formatMilliseconds(last.milliseconds))]),
    ...(attempts.length > 1 ? [style('yellow', `${attempts.length} attempts`)] : []),
    ...(exchange === null ? [] : [style('dim', `by request ${exchange}`)]),
    ...(fault?.rule == null ? [] : [style('yellow', `fault ${fault.rule}`)]),
  ];
  return parts.join(' ');
}

const toneOf = (status: number): 'green' | 'yellow' | 'red' =>
  status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';

/** Local time of day of an ISO datetime. */
function timeOf(time: string): string {
  return new Date(time).toTimeString().slice(0, 8);
}

function formatMilliseconds(milliseconds: number): string {
  return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${milliseconds.toFixed(1)} ms`;
}

/** Requests and responses are untrusted: they must not send control sequences to the terminal, not even colours. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '\uFFFD');
}

const printableIn =
  (style: Style): Style =>
  (format, text) =>
    style(format, printable(text));

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
