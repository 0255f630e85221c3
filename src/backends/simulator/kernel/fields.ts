import type { Form } from '../../../core/operation.js';
import { addDuration, parseDatetime } from '../../../util/datetime.js';
import { isSid } from './sid.js';
import { badParameter, type Refusal } from './twilio-error.js';

/** A form field. Converts the texts that were sent for it. @throws TwilioError when Twilio would refuse them */
export interface Field<T> {
  read(values: readonly string[], name: string): T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values of a form, by field. A field that was not sent is absent, which means "leave unchanged". */
export type FormOf<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never };

/** Reads the fields of a form that a resource knows. Twilio ignores all others. */
export function readFields<F extends Fields>(fields: F, form: Form): FormOf<F> {
  const read: Record<string, unknown> = {};
  for (const name in fields) {
    const values = form.get(name);
    if (values !== undefined) read[name] = fields[name]?.read(values, name);
  }
  return read as FormOf<F>;
}

/** A field with one value. If the key is sent more than once, the last one counts (inferred). */
export function single<T>(read: (text: string, name: string) => T): Field<T> {
  return { read: (values, name) => read(values.at(-1) ?? '', name) };
}

/** `max` in characters, as Twilio counts. The default refusal is a generic 20001 (inferred). */
export function text(limit: { max: number; tooLong?: Refusal }): Field<string> {
  return single((value, name) => {
    if (value.length <= limit.max) return value;
    throw limit.tooLong?.() ?? badParameter(name, `at most ${limit.max} characters are allowed`);
  });
}

/** Text of any length that the request's size limit allows. */
export const anyText: Field<string> = single((value) => value);

/** A boolean is text on the wire. Older Python clients capitalise it. */
export const flag: Field<boolean> = single((value, name) => {
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw badParameter(name, 'true or false is expected');
  return lower === 'true';
});

export function oneOf<const T extends string>(allowed: readonly T[], invalid: Refusal): Field<T> {
  return single((value) => {
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw invalid();
    return found;
  });
}

/** An ISO 8601 date with time. The default refusal is a generic 20001 (inferred). */
export function datetime(invalid?: Refusal): Field<number> {
  return single((value, name) => {
    const found = parseDatetime(value);
    if (found !== undefined) return found;
    throw invalid?.() ?? badParameter(name, 'an ISO 8601 date is expected');
  });
}

/** An ISO 8601 duration of at least `min` milliseconds. It stays text, since the length of a month varies. */
export function duration(limit: { min: number; tooShort: Refusal; invalid: Refusal }): Field<string> {
  return single((value) => {
    const length = addDuration(0, value);
    if (length === undefined) throw limit.invalid();
    if (length < limit.min) throw limit.tooShort();
    return value;
  });
}

/** A repeated key. A single empty value empties the list. */
export const list: Field<readonly string[]> = {
  read: (values) => (values.length === 1 && values[0] === '' ? [] : values),
};

export function sidField(prefix: string, invalid: Refusal): Field<string> {
  return single((value) => {
    if (!isSid(value, prefix)) throw invalid();
    return value;
  });
}

export const wholeNumber: Field<number> = single((value, name) => {
  if (!/^-?\d{1,15}$/.test(value)) throw badParameter(name, 'a whole number is expected');
  return Number(value);
});

/** An absolute HTTP or HTTPS URL. Empty text becomes `null`. */
export function webUrl(invalid: Refusal): Field<string | null> {
  return single((value) => {
    if (value === '') return null;
    if (!isWebUrl(value)) throw invalid();
    return value;
  });
}

export function isWebUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
