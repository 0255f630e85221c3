import type { JSX } from 'preact';
import { now } from './clock-state.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment: the time, with the day when it is not that of `beside`, else of the world's clock; the whole of it in the tooltip. */
export function Time({ at, beside }: { readonly at: string; readonly beside?: string | undefined }): JSX.Element {
  const date = new Date(at);
  const isOtherDay = date.toDateString() !== new Date(beside ?? now()).toDateString();
  return (
    <time dateTime={at} title={`${full.format(date)} (${at})`}>
      {isOtherDay ? `${day.format(date)}, ` : ''}
      {clock.format(date)}
    </time>
  );
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** How long from one moment to a later one, in the two largest units. */
export function span(from: string, to: string): string {
  let seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
  }
  return parts.length === 0 ? 'now' : parts.join(' ');
}
