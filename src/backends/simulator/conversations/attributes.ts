import { single, type Field } from '../kernel/fields.js';
import { refuse } from './refusals.js';

/** `Attributes`: JSON text, stored exactly as it was sent. `maxBytes` counts UTF-8. */
export function attributes(maxBytes: number): Field<string> {
  return single((value) => {
    if (Buffer.byteLength(value) > maxBytes) throw refuse(50303);
    if (!isJsonText(value)) throw refuse(50304);
    return value;
  });
}

export function isJsonText(value: unknown): boolean {
  try {
    JSON.parse(value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
}

export const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
