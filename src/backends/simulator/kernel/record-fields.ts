/** Checks of the values in records from files, which may have been written by hand. */
import { isSid } from './sid.js';

export type Check = (value: unknown) => boolean;

/** A check for each field of a record or of a part of one. */
export type Checks<T> = { readonly [Name in keyof Required<T>]: Check };

export const isText: Check = (value) => typeof value === 'string';
export const isSidOf =
  (prefix: string): Check =>
  (value) =>
    typeof value === 'string' && isSid(value, prefix);
export const isFlag: Check = (value) => typeof value === 'boolean';
/** A number that counts something, an index, or a time in milliseconds since 1970. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** JSON text, as callers send it. */
export const isJsonText: Check = (value) => {
  // Most records have this default.
  if (value === '{}') return true;
  try {
    JSON.parse(value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
};

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** For fields that may be absent. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

export const oneOf = (values: readonly string[]): Check => {
  const known = new Set<unknown>(values);
  return (value) => known.has(value);
};

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

export function partOf<T>(checks: Checks<T>): Check {
  return (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && invalidField(value, checks) === undefined;
}

/** The name of the first field whose value no call could have given it; `undefined` if there is none. */
export function invalidField(record: object, checks: Readonly<Record<string, Check>>): string | undefined {
  for (const name in checks) {
    const value: unknown = (record as Readonly<Record<string, unknown>>)[name];
    if (checks[name]?.(value) !== true) return name;
  }
  return undefined;
}
