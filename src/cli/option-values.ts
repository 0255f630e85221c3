import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { badOption, UnderstudyError } from '../core/errors.js';
import { variableOf } from './flags.js';
import { SHORTEST_SECRET } from '../core/redact.js';

// Parsers for the values of flags. Each throws an error that states the allowed values.

export function port(text: string): number {
  return wholeNumber(text, 65_535, 'a port, from 0 to 65535');
}

export function count(text: string): number {
  return wholeNumber(text, 10_000_000, 'a whole number, from 0 to 10000000');
}

function wholeNumber(text: string, maximum: number, expected: string): number {
  if (/^\d{1,8}$/.test(text) && Number(text) <= maximum) return Number(text);
  throw new InvalidArgumentError(`It must be ${expected}.`);
}

export function nonEmpty(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must not be empty.');
}

/** A secret that callers must send. Unlike commander's own errors, the error does not show the value. */
export function secret(name: string): (text: string) => string {
  return (text) => {
    if (text.length >= SHORTEST_SECRET) return text;
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `--${name} (or ${variableOf(name)}) must have at least ${SHORTEST_SECRET} characters: shorter ones are easy to guess`,
    );
  };
}

/**
 * The URL of a PostgreSQL database. It may contain a password, so that the error does not show the value, unlike commander's
 * own errors.
 */
export function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isDatabase = url !== undefined && /^postgres(?:ql)?:$/.test(url.protocol) && url.pathname.length > 1;
  if (isDatabase && isEncoded(url.username) && isEncoded(url.password)) return text;
  throw badOption(
    '--store (or UNDERSTUDY_STORE) must be the URL of a database, such as postgres://user:password@db.example.com/understudy. ' +
      'Write % in a user or password as %25',
  );
}

/** Whether each `%` in a text begins the code of a character. */
function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '' || text === '';
  } catch {
    return false;
  }
}

export function host(text: string): string {
  if (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be an IP address or a host name, such as 127.0.0.1.');
}

export function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href) return url.origin;
  throw new InvalidArgumentError(
    'It must be an http or https origin without a path, such as https://twilio.example.com.',
  );
}

export function clock(text: string): string {
  if (/^(?:real|manual|auto)$/.test(text)) return text;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('It must be real, manual, auto, or a time such as 2026-01-01T00:00:00Z.');
}

export function atLeastOne(text: string): number {
  if (text !== '' && !/^0*$/.test(text)) return count(text);
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

/** Parses megabytes of 1024 × 1024 bytes. Returns bytes. */
export function mebibytes(text: string): number {
  return atLeastOne(text) * 1024 * 1024;
}

/** Parses seconds. Returns milliseconds. */
export function seconds(text: string): number {
  if (/^\d{1,5}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text) * 1000;
  throw new InvalidArgumentError('It must be a number of seconds, such as 30 or 0.5.');
}

/** Parses seconds, which may be 0. Returns milliseconds. */
export function secondsOrNone(text: string): number {
  return /^0+(?:\.0+)?$/.test(text) ? 0 : seconds(text);
}

const HOUR = 3_600_000;
const UNITS = new Map([
  ['h', HOUR],
  ['d', 24 * HOUR],
  ['w', 7 * 24 * HOUR],
]);

/** Parses a time such as `90s`, `5m` or `1h`. Returns milliseconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (number !== undefined && Number(number) > 0) return Number(number) * { s: 1000, m: 60_000, h: HOUR }[unit as 's'];
  throw new InvalidArgumentError('It must be a time such as 90s, 5m or 1h.');
}

/** Parses web origins. The flag can be repeated, and its variable can hold several, separated by commas. */
export function origins(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...list(text).map(origin)];
}

/** Parses an age such as `30d`. Returns milliseconds. */
export function age(text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (UNITS.get(unit) ?? HOUR);
  throw new InvalidArgumentError('It must be an age such as 12h, 30d or 8w.');
}

export function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('')) return names;
  throw new InvalidArgumentError('It must be names, separated by commas.');
}

/** Parses the names of files. The flag can be repeated, and its variable can hold several names, separated by commas. */
export function files(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...list(text)];
}

export function hosts(text: string): string[] {
  return list(text).map((name) => host(name).toLowerCase());
}

export interface UrlMapping {
  readonly from: string;
  readonly to: string;
}

/** Parses `FROM=TO`. The flag can be repeated, and its variable can hold several pairs, separated by spaces. */
export function urlMap(text: string, previous: readonly UrlMapping[] = []): UrlMapping[] {
  const mappings = text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [, from = '', to = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if ([from, to].every((url) => /^https?:\/\//.test(url) && URL.canParse(url))) return { from, to };
      throw new InvalidArgumentError('It must be two URLs, such as https://app.example.com=http://127.0.0.1:3000.');
    });
  return [...previous, ...mappings];
}
