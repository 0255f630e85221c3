/** The form of a value: what must be equal even where two targets may have different values. */
import type { Json } from '../../core/body.js';
import { isObject } from '../model/paths.js';
import { isDate } from './mask-times.js';

const MASKED_TIME = /^<time\b/;
const MASKED_SID = /^<[^<>]+>$|^[A-Z]{2}[0-9a-f]{32}$/;
const LINK = /^(?:<origin>|https?:\/)\//;
/** Begins like a date. Twilio's have whole seconds and the zone `Z`; anything else has another form. */
const DATE_LIKE = /^\d{4}-\d{2}-\d{2}T/;

/** Whether two masked values have the same form. Null fits every form, because the published schema says what may be null. */
export function haveSameForm(expected: Json, actual: Json): boolean {
  if (expected === null || actual === null) return true;
  if (Array.isArray(expected) || Array.isArray(actual)) return Array.isArray(expected) && Array.isArray(actual);
  if (isObject(expected) && isObject(actual)) return true;
  return formOf(expected) === formOf(actual);
}

/** The form of a value, e.g. `a date`. */
export function formOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a fraction';
  if (typeof value !== 'string') return isObject(value) ? 'an object' : 'a boolean';
  if (MASKED_TIME.test(value) || isDate(value)) return 'a date';
  if (DATE_LIKE.test(value)) return 'a date in another format';
  if (MASKED_SID.test(value)) return 'a SID';
  return LINK.test(value) ? 'a URL' : 'a text';
}
