import type { JsonObject } from '../../core/body.js';

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY = 24 * 60 * 60_000;
const MINUTE = 60_000;
/** Tolerance in milliseconds: dates have whole seconds, and the first response may be slow. Shorter than any timer. */
const TOLERANCE = 10_000;

/** Whether a string is a date in Twilio's format. Other formats are not masked, and so show up as drift. */
export function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text));
}

/** Replaces dates by stable strings, and checks their order. */
export interface TimeMask {
  /** Masks a single date. */
  text(date: string): string;
  /** Masks the dates of a record that are out of order, by key. */
  record(record: JsonObject): ReadonlyMap<string, string>;
}

interface RecordDates {
  readonly created: string | undefined;
  readonly updated: string | undefined;
}

/**
 * Dates within the run become `<time>`, dates in the near future `<time +10 min>`. Dates before the run and dates in the
 * scenario's own inputs stay.
 * @param given the dates in the scenario's inputs, in milliseconds since 1970
 * @param now the local clock in milliseconds; it measures how long the run takes, because dates use the target's clock
 */
export function createTimeMask(given: ReadonlySet<number>, now: () => number): TimeMask {
  const masks = new Map<string, string>();
  const records = new Map<string, RecordDates>();
  let start: { readonly remote: number; readonly local: number } | undefined;

  const isGiven = (date: string) => given.has(Date.parse(date));

  function text(date: string): string {
    if (isGiven(date)) return date;
    let mask = masks.get(date);
    if (mask === undefined) masks.set(date, (mask = maskOf(Date.parse(date)) ?? date));
    return mask;
  }

  /** The run begins with the first date that a response shows. */
  function startAt(date: number): { readonly remote: number; readonly local: number } {
    return (start ??= { remote: date, local: now() });
  }

  function maskOf(date: number): string | undefined {
    const begin = startAt(date);
    const elapsed = now() - begin.local;
    const ahead = date - (begin.remote + elapsed);
    if (ahead >= -elapsed - TOLERANCE && ahead <= TOLERANCE) return '<time>';
    if (ahead > 0 && ahead < DAY) return `<time +${Math.round(ahead / MINUTE)} min>`;
    return undefined;
  }

  function record(value: JsonObject): ReadonlyMap<string, string> {
    const masked = new Map<string, string>();
    const dates = { created: freshDate(value['date_created']), updated: freshDate(value['date_updated']) };
    // Not with another date of the record, such as that of a timer, whatever the order of the keys.
    const latest = dates.updated ?? dates.created;
    if (latest !== undefined) startAt(Date.parse(latest));
    const id = value['url'] ?? value['sid'];
    const before = typeof id === 'string' ? records.get(id) : undefined;
    if (typeof id === 'string') records.set(id, dates);
    if (before?.created !== undefined && dates.created !== undefined && dates.created !== before.created) {
      masked.set('date_created', '<time, different from before>');
    }
    if (dates.updated === undefined) return masked;
    if (before?.updated !== undefined && dates.updated < before.updated) {
      masked.set('date_updated', '<time, earlier than before>');
    } else if (dates.created !== undefined && dates.updated < dates.created) {
      masked.set('date_updated', '<time, earlier than date_created>');
    }
    return masked;
  }

  function freshDate(value: unknown): string | undefined {
    return typeof value === 'string' && isDate(value) && !isGiven(value) ? value : undefined;
  }

  return { text, record };
}
