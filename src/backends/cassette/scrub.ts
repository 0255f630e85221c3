import { isJsonObject, type Json, type JsonObject } from '../../core/body.js';
import type { RecordedStep } from './format.js';

/** Replaces what people wrote and where they are reached, the same text always by the same one. */
export type Scrub = (step: RecordedStep) => RecordedStep;

/**
 * Values of these keys are Twilio's own words. Whatever else is a text is taken for somebody's: a key that Twilio adds
 * tomorrow is scrubbed until it is known here.
 */
const KEPT_KEYS = new Set(
  `state status type method order level notification_level binding_type message_types filters permissions permission
   target key sent delivered read failed undelivered page page_size start_date end_date x_twilio_webhook_enabled
   content_type source more_info interval`.split(/\s+/),
);
const KEPT_TEXT = /^(?:|true|false|null|\{\}|-?\d{1,9}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|P(?:T?\d[\dYMWDTHS]*)+)$/;
const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
const ACCOUNT = /^AC[0-9a-fA-F]{32}$/;
/** Texts that quote what was sent, in the words of Twilio. */
const QUOTING_KEYS = new Set(['message', 'page_token']);
const [INPUT, RECORD] = ['input', 'record'];
/** Parts of an answer in which every URL is Twilio's own. Elsewhere, `url` is so unless it is what somebody configured. */
const URL_PARTS = new Set(['links', 'meta']);

export function createScrub(): Scrub {
  const pseudonyms = new Map<string, string>();

  function pseudonym(text: string): string {
    const known = pseudonyms.get(text);
    if (known !== undefined) return known;
    const made = pseudonymLike(text, pseudonyms.size + 1);
    pseudonyms.set(text, made);
    return made;
  }

  function scrubText(text: string, key: string, part: string): string {
    if (ACCOUNT.test(text)) return pseudonym(text);
    if (KEPT_TEXT.test(text) || SID.test(text) || KEPT_KEYS.has(key)) return text;
    if (URL_PARTS.has(part) || (key === 'url' && part === RECORD)) return scrubUrl(text);
    return QUOTING_KEYS.has(key) ? scrubWithin(text) : pseudonym(text);
  }

  /** A URL of Twilio's holds names only as parts of its path and query, where they were met before. */
  function scrubUrl(url: string): string {
    return url
      .split(/([/?&=])/)
      .map((part) => {
        const known = pseudonyms.get(decoded(part));
        return known === undefined ? scrubWithin(part) : encodeURIComponent(known);
      })
      .join('');
  }

  /** An error message or a page token may quote what was sent. */
  function scrubWithin(text: string): string {
    let clean = text;
    for (const [original, made] of pseudonyms) {
      if (original.length > 2 && clean.includes(original)) clean = clean.replaceAll(original, made);
    }
    return clean;
  }

  /** `part` is where a value stands: in an input, in a record, or in an object of that name within one. */
  function scrubValue(value: Json, key: string, part: string): Json {
    if (typeof value === 'string') return scrubText(value, key, part);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value))
      return value.map((each: Json) => (isJsonObject(each) ? scrubFields(each) : scrubValue(each, key, part)));
    return scrubFields(value as JsonObject, key);
  }

  function scrubFields<T extends JsonObject>(fields: T, part = RECORD): T {
    const clean = Object.entries(fields).map(([name, value]) => [name, scrubValue(value, keyOf(name), part)]);
    return Object.fromEntries(clean) as T;
  }

  return ({ operation, input, answer: { body, ...answer } }) => {
    const { path, query, headers, form } = input;
    const clean = {
      path: scrubFields(path, INPUT),
      query: scrubFields(query, INPUT),
      headers,
      form: scrubFields(form, INPUT),
    };
    const scrubbed = body === undefined ? answer : { ...answer, body: scrubValue(body, RECORD, RECORD) };
    return { operation, input: clean, answer: scrubbed };
  };
}

/** `MessagingBinding.ProxyAddress` and `proxy_address` are one key. */
function keyOf(name: string): string {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return last
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** Of the same kind as the text, so that an answer keeps its shape. */
function pseudonymLike(text: string, count: number): string {
  if (ACCOUNT.test(text)) return `AC${String(count).padStart(32, '0')}`;
  const phone = /^([a-z]+:)?\+\d{5,15}$/.exec(text);
  if (phone !== null) return `${phone[1] ?? ''}+1555${String(count).padStart(7, '0')}`;
  if (/^[^\s@/]+@[^\s@/]+$/.test(text)) return `scrubbed-${count}@example.com`;
  if (/^https?:\/\//.test(text)) return `https://scrubbed-${count}.example.com/`;
  return /^\s*\{/.test(text) ? `{"scrubbed":${count}}` : `scrubbed-${count}`;
}

const PSEUDONYM =
  /^(?:scrubbed-\d+(?:@example\.com)?|(?:[a-z]+:)?\+1555\d{7}|https:\/\/scrubbed-\d+\.example\.com\/|\{"scrubbed":\d+\})$/;

/** Whether a text stands for one that was scrubbed. */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
