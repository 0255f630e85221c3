import type { Form } from '../../core/operation.js';
import { memoize } from '../../util/memoize.js';

const emptyForm: Form = new Map();

const [AMPERSAND, EQUALS, PLUS, PERCENT, SPACE] = [0x26, 0x3d, 0x2b, 0x25, 0x20];
/** The values of hexadecimal digits, by their character; 16 for other characters. */
const digits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 16 : digit;
});

/**
 * Parses a form body, e.g. `A=1&B.C=2&A=3`: each key with its values in the order of arrival. Gives the same as Node's
 * `querystring`, in one pass over the bytes: what is not a valid escape is kept, and invalid UTF-8 is replaced.
 */
export function parseForm(bytes: Buffer): Form {
  const { length } = bytes;
  if (length === 0) return emptyForm;
  const form = new Map<string, string[]>();
  const decoded = Buffer.allocUnsafe(length);
  let name: string | undefined;
  let pair = 0;
  let start = 0;
  let end = 0;
  let highest = 0;
  const text = (): string => {
    const found = decoded.toString(highest < 0x80 ? 'latin1' : 'utf8', start, end);
    start = end;
    highest = 0;
    return found;
  };
  for (let i = 0; i <= length; i += 1) {
    let byte = i < length ? (bytes[i] as number) : AMPERSAND;
    if (byte === AMPERSAND) {
      if (i > pair) {
        const last = text();
        if (name === undefined) add(form, last, '');
        else add(form, name, last);
      }
      name = undefined;
      pair = i + 1;
    } else if (byte === EQUALS && name === undefined) {
      name = text();
    } else {
      if (byte === PLUS) byte = SPACE;
      else if (byte === PERCENT && i + 2 < length) {
        const high = digits[bytes[i + 1] as number] as number;
        const low = digits[bytes[i + 2] as number] as number;
        if (high < 16 && low < 16) {
          byte = high * 16 + low;
          i += 2;
        }
      }
      if (byte > highest) highest = byte;
      decoded[end++] = byte;
    }
  }
  return form;
}

/** Parses the query of a URL in the same way. Callers repeat most of theirs. */
export const parseQuery = memoize((text): Form => parseForm(Buffer.from(text)));

function add(form: Map<string, string[]>, name: string, value: string): void {
  const values = form.get(name);
  if (values === undefined) form.set(name, [value]);
  else values.push(value);
}
