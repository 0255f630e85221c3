import type { JsonObject } from '../../core/body.js';

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY = 24 * 60 * 60_000;
const MINUTE = 60_000;
/** Dates have no fraction of a second, and a first answer may have been long on its way; no timer is this short. */
const SLACK = 10_000;

/** Whether a text is a date as Twilio writes it; any other form is left as it is, and so shows as drift. */
export function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text));
}

/** Replaces dates by stable texts while it watches that their order holds. */
export interface TimeMask {
  /** A date on its own. */
  text(date: string): string;
  /** The dates of a record, each under its key. */
  record(record: JsonObject): ReadonlyMap<string, string>;
}

interface Dates {
  readonly created: string | undefined;
  readonly updated: string | undefined;
}

/**
 * Dates become `<time>` when they lie within the run, `<time +10 min>` when they are set that far ahead. Older ones stay,
 * and so do those that the scenario itself has given.
 * @param now milliseconds of this machine, to know how long the run has taken; the dates are by the target's own clock
 */
export function createTimeMask(given: ReadonlySet<number>, now: () => number): TimeMask {
  const known = new Map<string, string>();
  const records = new Map<string, Dates>();
  let start: { readonly theirs: number; readonly ours: number } | undefined;

  const isGiven = (date: string) => given.has(Date.parse(date));

  function text(date: string): string {
    if (isGiven(date)) return date;
    let masked = known.get(date);
    if (masked === undefined) known.set(date, (masked = firstSeen(Date.parse(date))));
    return masked;
  }

  function firstSeen(date: number): string {
    start ??= { theirs: date, ours: now() };
    const elapsed = now() - start.ours;
    const ahead = date - (start.theirs + elapsed);
    if (ahead >= -elapsed - SLACK && ahead <= SLACK) return '<time>';
    if (ahead > 0 && ahead < DAY) return `<time +${Math.round(ahead / MINUTE)} min>`;
    return new Date(date).toISOString();
  }

  function record(value: JsonObject): ReadonlyMap<string, string> {
    const masked = new Map<string, string>();
    const dates = { created: freshDate(value['date_created']), updated: freshDate(value['date_updated']) };
    const id = value['url'] ?? value['sid'];
    const before = typeof id === 'string' ? records.get(id) : undefined;
    if (typeof id === 'string') records.set(id, dates);
    if (before?.created !== undefined && dates.created !== undefined && dates.created !== before.created) {
      masked.set('date_created', '<time, another than before>');
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
