import type { Duration } from 'tinyduration';
import { requirePackage } from './require-package.js';

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

const FIRST_MOMENT = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

/** An ISO 8601 date or moment as milliseconds; without a zone it is UTC; `undefined` when it is neither. */
export function parseDatetime(text: string): number | undefined {
  const parts = MOMENT.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = parts;
  const offset = zone.toUpperCase() === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const local = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`,
  );
  // The engine rolls 30 February over into March; Twilio's dates are real ones.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return undefined;
  if (offset.toUpperCase() === 'Z') return local;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  const moment = local - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  // Beyond these years a date cannot be written with four digits.
  return moment >= FIRST_MOMENT && moment <= LAST_MOMENT ? moment : undefined;
}

/** `2020-07-01T22:18:37Z`: UTC, no fraction of a second, as every date in Twilio's REST bodies. */
export function formatDatetime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  // What is written in a row was mostly made in a row.
  if (second !== latest.second) latest = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` };
  return latest.text;
}

let latest = { second: NaN, text: '' };

// The library finds a duration anywhere inside a text, and takes `P1M1Y` for a month.
const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const DURATION = new RegExp(
  `^P(?=.)(${NUMBER}Y)?(${NUMBER}M)?(${NUMBER}W)?(${NUMBER}D)?(T(?=.)(${NUMBER}H)?(${NUMBER}M)?(${NUMBER}S)?)?$`,
);

/** The moment that lies an ISO 8601 duration after another; `undefined` when the text is no such duration or leads out of the calendar. */
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
  return end <= LAST_MOMENT ? Math.round(end) : undefined;
}
