import type { Duration } from 'tinyduration';
import { requirePackage } from './require-package.js';

const DATETIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

const MIN_DATETIME = Date.parse('0000-01-01T00:00:00.000Z');
const MAX_DATETIME = Date.parse('9999-12-31T23:59:59.999Z');

/** Parses an ISO 8601 date or datetime to milliseconds. The default zone is UTC. Undefined when the text is invalid. */
export function parseDatetime(text: string): number | undefined {
  const parts = DATETIME.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = parts;
  const offset = zone.toUpperCase() === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const local = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`,
  );
  // Date.parse accepts 30 February and returns a day in March.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return undefined;
  if (offset.toUpperCase() === 'Z') return local;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  const datetime = local - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  // Years outside this range do not have four digits.
  return datetime >= MIN_DATETIME && datetime <= MAX_DATETIME ? datetime : undefined;
}

/** Formats like the dates in Twilio's REST bodies: `2020-07-01T22:18:37Z`, in UTC, without fractions. */
export function formatDatetime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  // Consecutive calls mostly format the same second.
  if (second !== latest.second) latest = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` };
  return latest.text;
}

let latest = { second: NaN, text: '' };

// tinyduration finds a duration anywhere in a text, and parses `P1M1Y` as one month.
const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const DURATION = new RegExp(
  `^P(?=.)(${NUMBER}Y)?(${NUMBER}M)?(${NUMBER}W)?(${NUMBER}D)?(T(?=.)(${NUMBER}H)?(${NUMBER}M)?(${NUMBER}S)?)?$`,
);

/**
 * Adds an ISO 8601 duration to a time in milliseconds. Undefined when the text is not a duration, or the result is after
 * the year 9999.
 */
export function addDuration(start: number, text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const { parse } = requirePackage('tinyduration') as typeof import('tinyduration');
  let duration: Duration;
  try {
    duration = parse(text);
  } catch {
    return undefined;
  }
  const { years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = duration;
  const date = new Date(start);
  date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth() + months);
  const end = date.getTime() + ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return end <= MAX_DATETIME ? Math.round(end) : undefined;
}
