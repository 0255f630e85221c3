import { single, type Field } from '../kernel/fields.js';
import { isJsonText } from '../kernel/record-fields.js';
import { refuse } from './refusals.js';

/** `Attributes`: JSON text, stored exactly as it was sent. `maxBytes` counts UTF-8. */
export function attributes(maxBytes: number): Field<string> {
  return single((value) => {
    if (Buffer.byteLength(value) > maxBytes) throw refuse(50303);
    if (!isJsonText(value)) throw refuse(50304);
    return value;
  });
}
