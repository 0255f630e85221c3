import type { JSX } from 'preact';
import { worldNow } from '../data/world-clock.js';

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

interface TimestampProps {
  readonly at: string;
  /** The day is shown unless it is the day of this time. Default: the world's current time. */
  readonly relativeTo?: string | undefined;
}

/** A time of day, with the date where it differs. The tooltip has the full date and time. */
export function Timestamp({ at, relativeTo }: TimestampProps): JSX.Element {
  const date = new Date(at);
  const isOtherDay = date.toDateString() !== new Date(relativeTo ?? worldNow()).toDateString();
  return (
    <time dateTime={at} title={`${fullFormat.format(date)} (${at})`}>
      {isOtherDay ? `${dayFormat.format(date)}, ` : ''}
      {timeFormat.format(date)}
    </time>
  );
}

/** A time of day of the system clock, from milliseconds since 1970. */
export function formatTimeOfDay(milliseconds: number): string {
  return timeFormat.format(milliseconds);
}

/** The label of a time on an axis of `span` seconds: the day if the axis is longer than one. */
export function formatTick(milliseconds: number, span: number): string {
  return span > 86_400 ? dayFormat.format(milliseconds) : formatTimeOfDay(milliseconds);
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** The time from `from` to `to` in its two largest units, e.g. `2 h 5 min`; `0 s` if `to` is not later. */
export function formatDuration(from: string, to: string): string {
  let seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
