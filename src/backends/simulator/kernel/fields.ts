import type { Form } from '../../../core/operation.js';
import { addDuration, parseDatetime } from '../../../util/datetime.js';
import { isSid } from './sid.js';
import { badParameter, refuse, type RefusalCode } from './twilio-error.js';

/** A kind of form field: reads the texts that were sent for it, or refuses them in Twilio's words. */
export interface Field<T> {
  read(values: readonly string[], name: string): T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What was sent, by field; a field that was not sent is absent, which means "leave alone". */
export type FormOf<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never };

/** Reads the fields of a form that a resource knows; Twilio ignores all others. */
export function readForm<F extends Fields>(fields: F, form: Form): FormOf<F> {
  const read: Record<string, unknown> = {};
  for (const name in fields) {
    const values = form.get(name);
    if (values !== undefined) read[name] = fields[name]?.read(values, name);
  }
  return read as FormOf<F>;
}

/** A key that is sent twice where one value is wanted counts by its last. Inferred. */
function single<T>(read: (text: string, name: string) => T): Field<T> {
  return { read: (values, name) => read(values.at(-1) ?? '', name) };
}

/** `max` in characters, as Twilio counts. Without a code of its own, too long a text is a generic 20001 (inferred). */
export function text(limit: { max: number; tooLong?: RefusalCode }): Field<string> {
  return single((value, name) => {
    if (value.length <= limit.max) return value;
    if (limit.tooLong !== undefined) throw refuse(limit.tooLong);
    throw badParameter(name, `at most ${limit.max} characters are allowed`);
  });
}

/** Text of any length, as far as the body's limit allows. */
export const anyText: Field<string> = single((value) => value);

/** Booleans are text on the wire; older Python clients capitalise them. */
export const flag: Field<boolean> = single((value, name) => {
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw badParameter(name, 'true or false is expected');
  return lower === 'true';
});

export function oneOf<const T extends string>(allowed: readonly T[], otherwise: RefusalCode): Field<T> {
  return single((value) => {
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw refuse(otherwise);
    return found;
  });
}

/** JSON text, kept exactly as it was sent. `max` in bytes of UTF-8. */
export function jsonText(max: number): Field<string> {
  return single((value) => {
    if (Buffer.byteLength(value) > max) throw refuse(50303);
    try {
      JSON.parse(value);
    } catch {
      throw refuse(50304);
    }
    return value;
  });
}

export function moment(otherwise?: RefusalCode): Field<number> {
  return single((value, name) => {
    const found = parseDatetime(value);
    if (found !== undefined) return found;
    throw otherwise === undefined ? badParameter(name, 'an ISO 8601 date is expected') : refuse(otherwise);
  });
}

/** An ISO 8601 duration of at least `min` milliseconds, kept as text since a month has no fixed length. */
export function duration(limit: { min: number; tooShort: RefusalCode; invalid: RefusalCode }): Field<string> {
  return single((value) => {
    const length = addDuration(0, value);
    if (length === undefined) throw refuse(limit.invalid);
    if (length < limit.min) throw refuse(limit.tooShort);
    return value;
  });
}

/** A repeated key. One empty value empties the list. */
export const list: Field<readonly string[]> = {
  read: (values) => (values.length === 1 && values[0] === '' ? [] : values),
};

export function sidField(prefix: string, otherwise: RefusalCode): Field<string> {
  return single((value) => {
    if (!isSid(value, prefix)) throw refuse(otherwise);
    return value;
  });
}

export const wholeNumber: Field<number> = single((value, name) => {
  if (!/^-?\d{1,15}$/.test(value)) throw badParameter(name, 'a whole number is expected');
  return Number(value);
});

/** A message index; an empty text or `null` takes the read horizon away. */
export const readIndex: Field<number | null> = single((value) => {
  if (value === '' || value === 'null') return null;
  if (!/^\d{1,15}$/.test(value)) throw refuse(50421);
  return Number(value);
});

/** An absolute http(s) URL; an empty text is `null`. */
export function webUrl(otherwise: RefusalCode): Field<string | null> {
  return single((value) => {
    if (value === '') return null;
    if (!isWebUrl(value)) throw refuse(otherwise);
    return value;
  });
}

export function isWebUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
