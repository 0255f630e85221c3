import { isJsonObject, type Json, type JsonObject } from '../../core/body.js';
import type { RecordedStep } from './format.js';

/** Replaces personal texts and addresses by pseudonyms. Equal texts get equal pseudonyms. */
export type Scrub = (step: RecordedStep) => RecordedStep;

/**
 * Keys whose values Twilio defines. Every other text is treated as personal, so a key that Twilio adds later is scrubbed
 * until it is listed here.
 */
const PUBLIC_KEYS = new Set(
  `state status type method order level notification_level binding_type message_types filters permissions permission
   target key sent delivered read failed undelivered page page_size start_date end_date x_twilio_webhook_enabled
   content_type source more_info interval word`.split(/\s+/),
);
/** Empty text, booleans, numbers, dates and durations. */
const PUBLIC_TEXT =
  /^(?:|true|false|null|\{\}|-?\d{1,9}|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?|P(?:T?\d[\dYMWDTHS]*)+)$/;
const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
const ACCOUNT = /^AC[0-9a-fA-F]{32}$/;
/** Keys whose values are Twilio's texts, but may quote parts of the request. */
const QUOTING_KEYS = new Set(['message', 'page_token']);
/** What contains a value: an input, a record, or an object within a record, named by its key. */
const [INPUT, RECORD] = ['input', 'record'];
/** Objects in which every URL is Twilio's. In a record, `url` is Twilio's; in an input or any other object, it was configured. */
const URL_CONTAINERS = new Set(['links', 'meta']);

export function createScrub(): Scrub {
  const pseudonyms = new Map<string, string>();

  function pseudonym(text: string): string {
    const known = pseudonyms.get(text);
    if (known !== undefined) return known;
    const created = createPseudonym(text, pseudonyms.size + 1);
    pseudonyms.set(text, created);
    return created;
  }

  function scrubText(text: string, key: string, container: string): string {
    if (ACCOUNT.test(text)) return pseudonym(text);
    if (PUBLIC_TEXT.test(text) || SID.test(text) || PUBLIC_KEYS.has(key)) return text;
    if (URL_CONTAINERS.has(container) || (key === 'url' && container === RECORD)) return scrubUrl(text);
    return QUOTING_KEYS.has(key) ? scrubWithin(text) : pseudonym(text);
  }

  /** Twilio's URLs contain personal texts only as segments of the path and query, and only texts seen before. */
  function scrubUrl(url: string): string {
    return url
      .split(/([/?&=])/)
      .map((part) => {
        const known = pseudonyms.get(decoded(part));
        return known === undefined ? scrubWithin(part) : encodeURIComponent(known);
      })
      .join('');
  }

  /** Replaces known texts inside another text. */
  function scrubWithin(text: string): string {
    let clean = text;
    for (const [original, replacement] of pseudonyms) {
      if (original.length > 2 && clean.includes(original)) clean = clean.replaceAll(original, replacement);
    }
    return clean;
  }

  function scrubValue(value: Json, key: string, container: string): Json {
    if (typeof value === 'string') return scrubText(value, key, container);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value))
      return value.map((each: Json) => (isJsonObject(each) ? scrubFields(each) : scrubValue(each, key, container)));
    return scrubFields(value as JsonObject, key);
  }

  function scrubFields<T extends JsonObject>(fields: T, container = RECORD): T {
    const clean = Object.entries(fields).map(([name, value]) => [
      name,
      scrubValue(value, normalizeKey(name), container),
    ]);
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

/** Gives `MessagingBinding.ProxyAddress` and `proxy_address` the same key. */
function normalizeKey(name: string): string {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return last
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** A pseudonym of the same format as the text, so that a response still matches its schema. */
function createPseudonym(text: string, count: number): string {
  if (ACCOUNT.test(text)) return `AC${String(count).padStart(32, '0')}`;
  const phone = /^([a-z]+:)?\+\d{5,15}$/.exec(text);
  if (phone !== null) return `${phone[1] ?? ''}+1555${String(count).padStart(7, '0')}`;
  if (/^[^\s@/]+@[^\s@/]+$/.test(text)) return `scrubbed-${count}@example.com`;
  if (/^https?:\/\//.test(text)) return `https://scrubbed-${count}.example.com/`;
  return /^\s*\{/.test(text) ? `{"scrubbed":${count}}` : `scrubbed-${count}`;
}

const PSEUDONYM =
  /^(?:scrubbed-\d+(?:@example\.com)?|(?:[a-z]+:)?\+1555\d{7}|https:\/\/scrubbed-\d+\.example\.com\/|\{"scrubbed":\d+\})$/;

/** Whether a text has the format of a pseudonym. */
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
