import type { Json } from '../core/body.js';
import type { Call, Exchange, Form, HttpRequest, Violation } from '../core/operation.js';
import { PASSTHROUGH } from '../core/passthrough.js';
import { type Redact, visibleForm } from '../core/redact.js';
import { headersOf, methodAndUrl } from './http-view.js';
import { pathOf, storedExchange, type JournalEntry, type StoredExchange } from './stored-exchange.js';

/** How much a journal holds. */
export interface JournalBounds {
  readonly exchanges: number;
  /** Of all exchanges together, with their URLs and headers. */
  readonly characters: number;
  /** Characters of one input or response body; a longer one is truncated when it is read. */
  readonly each: number;
}

const defaultBounds: JournalBounds = { exchanges: 1000, characters: 8 * 1024 * 1024, each: 16 * 1024 };

/** The recent exchanges. Writing is cheap: an exchange is redacted and formatted only when it is read. */
export interface Journal {
  /** Adds an exchange and returns its id. */
  add(entry: JournalEntry): number;
  /** Violations are found after the response is sent. Ignored when the exchange is no longer in the journal. */
  addViolations(id: number, violations: readonly Violation[]): void;
  /** In call order: the latest `limit` exchanges, or with `after` the first `limit` with a higher id. */
  entries(options?: { limit?: number; after?: number }): Exchange[];
  /** The number of exchanges since the start or the last `clear`, including those that have been dropped since. */
  total(): number;
  clear(): void;
}

/** Returns an id for an exchange, from that of the exchange before; 0 if there was none. */
export type NextExchangeId = (last: number) => number;

/** @param nextId returns an id above that of the latest exchange */
export function createJournal(
  redact: Redact,
  bounds: JournalBounds = defaultBounds,
  nextId: NextExchangeId = (last) => last + 1,
): Journal {
  // A ring buffer: numbers have no gaps, so a number modulo capacity is a free slot or that of the oldest exchange.
  const slots: (StoredExchange | undefined)[] = [];
  // Apart from them, because an exchange that is dropped has long left the processor's cache.
  const sizes = new Float64Array(bounds.exchanges);
  let oldest = 1;
  let last = 0;
  let lastId = 0;
  let cleared = 0;
  let characters = 0;

  const at = (number: number): StoredExchange | undefined => slots[number % bounds.exchanges];

  function dropOldest(): void {
    characters -= sizes[oldest % bounds.exchanges] ?? 0;
    slots[oldest % bounds.exchanges] = undefined;
    oldest += 1;
  }

  /** The number of the first exchange with a higher id. Ids rise with the numbers. */
  function firstAfter(id: number): number {
    let [low, high] = [oldest, last + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((at(middle)?.id ?? 0) > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Redacts a JSON text, then truncates it. In the other order, a part of a secret could remain. */
  function readable(text: string): Json {
    const clean = redact(text);
    return clean.length <= bounds.each
      ? parsed(clean)
      : `${clean.slice(0, bounds.each)}… [cut: ${text.length} characters]`;
  }

  function read(stored: StoredExchange): Exchange {
    const { id, name, body, time, started, status, milliseconds, ignored, http, violations } = stored;
    const withPath = { ...stored, path: pathOf(stored) };
    const { method, url } = methodAndUrl(withPath);
    return {
      id,
      time: new Date(time).toISOString(),
      surface: stored.surface,
      account: stored.account ?? null,
      operation: name,
      method,
      url: redact(url),
      input: readable(JSON.stringify(inputOf(withPath))),
      status,
      answer: body === null ? null : readable(body.text),
      headers: headersOf(http, stored.resultHeaders, redact),
      started: performance.timeOrigin + started,
      milliseconds: Math.round(milliseconds * 100) / 100,
      fault: stored.fault ?? null,
      ignored: ignored.map(redact),
      violations: violations.map(({ path, message }) => ({ path: redact(path), message: redact(message) })),
    };
  }

  return {
    add(entry) {
      const id = nextId(lastId);
      last += 1;
      const size = sizeOf(entry);
      if (last - oldest >= bounds.exchanges) dropOldest();
      slots[last % bounds.exchanges] = storedExchange(entry, id);
      sizes[last % bounds.exchanges] = size;
      characters += size;
      while (characters > bounds.characters) dropOldest();
      lastId = id;
      return id;
    },
    addViolations(id, violations) {
      const stored = at(firstAfter(id - 1));
      if (stored?.id === id) stored.violations = violations;
    },
    entries({ limit = bounds.exchanges, after } = {}) {
      const first = Math.max(oldest, after === undefined ? last - limit + 1 : firstAfter(after));
      const count = Math.max(0, Math.min(limit, last - first + 1));
      return Array.from({ length: count }, (_, i) => at(first + i)).flatMap((stored) => (stored ? [read(stored)] : []));
    },
    total: () => last - cleared,
    clear() {
      cleared = last;
      slots.length = 0;
      oldest = last + 1;
      characters = 0;
    },
  };
}

/** The approximate memory of an exchange, in characters: everything of the request and the response that it refers to. */
function sizeOf({ call: { form, query, path, caller }, body, headers, ignored }: JournalEntry): number {
  const { http } = caller;
  let size = (body?.length ?? 0) + sizeOfHeaders(headers);
  for (const texts of form.values()) for (const text of texts) size += text.length;
  for (const texts of query.values()) for (const text of texts) size += text.length;
  for (const text of path.values()) size += text.length;
  for (const text of ignored) size += text.length;
  return http === undefined ? size : size + http.url.length + (http.headersLength ?? sizeOfHeaders(http.headers));
}

function sizeOfHeaders(headers: HttpRequest['headers']): number {
  let size = 0;
  for (const name in headers) {
    const value = headers[name];
    size += name.length;
    if (typeof value === 'string') size += value.length;
    else if (value !== undefined) for (const text of value) size += text.length;
  }
  return size;
}

function inputOf(call: Pick<Call, 'operation' | 'path' | 'query' | 'headers' | 'form'>): Json {
  const { query, headers } = call;
  // The URL of the exchange shows it.
  const path = call.operation.name === PASSTHROUGH ? [] : call.path;
  const form = visibleForm(call);
  const body = form.size > 0 ? { body: unwrapSingles(form) } : {};
  return { ...Object.fromEntries([...path, ...headers]), ...unwrapSingles(query), ...body };
}

/** A field with one value as a string, with several as a list. */
function unwrapSingles(fields: Form): { readonly [name: string]: string | readonly string[] } {
  return Object.fromEntries([...fields].map(([name, texts]) => [name, texts.length === 1 ? (texts[0] ?? '') : texts]));
}

/** The text itself when it is not JSON: the response was not, or redaction replaced part of a number. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
