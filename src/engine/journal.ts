import type { Call, Exchange, Form, Violation } from '../core/operation.js';
import type { Body, Json } from '../core/body.js';
import type { Redact } from '../core/redact.js';

/** How much a journal keeps, in exchanges and in characters. */
export interface JournalBounds {
  readonly exchanges: number;
  readonly characters: number;
  /** A longer input or answer is cut to this length, with a marker. */
  readonly each: number;
}

const defaultBounds: JournalBounds = { exchanges: 1000, characters: 8 * 1024 * 1024, each: 16 * 1024 };

/** What the engine notes of one call. */
export interface Note extends Pick<Exchange, 'status' | 'milliseconds' | 'ignored'> {
  /** When it began, in milliseconds since 1970. */
  readonly time: number;
  readonly call: Call;
  readonly body: Body | null;
}

/**
 * The latest exchanges. Cheap to write: what is kept is what went by, and it is made readable, and rid of its secrets,
 * only when somebody reads.
 */
export interface Journal {
  /** Keeps an exchange and gives its id. */
  add(note: Note): number;
  /** Violations are found after the answer went out. */
  addViolations(id: number, violations: readonly Violation[]): void;
  /** In the order of the calls: the latest `limit`, or with `after` the first `limit` that follow that id. */
  entries(options?: { limit?: number; after?: number }): Exchange[];
  clear(): void;
}

interface Kept {
  readonly id: number;
  readonly note: Note;
  readonly size: number;
  violations: readonly Violation[];
}

export function createJournal(redact: Redact, bounds: JournalBounds = defaultBounds): Journal {
  // Ids have no gaps, so each has its place, which is that of the exchange it drives out.
  const places: (Kept | undefined)[] = [];
  let oldestId = 1;
  let lastId = 0;
  let characters = 0;

  const at = (id: number): Kept | undefined => places[id % bounds.exchanges];

  function dropOldest(): void {
    characters -= at(oldestId)?.size ?? 0;
    places[oldestId % bounds.exchanges] = undefined;
    oldestId += 1;
  }

  /** Hides secrets in a JSON text and cuts it, in this order: a cut could divide a secret. */
  function readable(text: string): Json {
    const clean = redact(text);
    return clean.length <= bounds.each
      ? parsed(clean)
      : `${clean.slice(0, bounds.each)}… [cut: ${text.length} characters]`;
  }

  function read({ id, note, violations }: Kept): Exchange {
    const { call, body, time, status, milliseconds, ignored } = note;
    const { operation, caller } = call;
    return {
      id,
      time: new Date(time).toISOString(),
      surface: caller.surface,
      account: caller.account ?? null,
      operation: operation.name,
      input: readable(JSON.stringify(inputOf(call))),
      status,
      answer: body === null ? null : readable(body.text),
      milliseconds,
      ignored: ignored.map(redact),
      violations: violations.map(({ path, message }) => ({ path: redact(path), message: redact(message) })),
    };
  }

  return {
    add(note) {
      const id = ++lastId;
      const size = sizeOf(note);
      if (id - oldestId >= bounds.exchanges) dropOldest();
      places[id % bounds.exchanges] = { id, note, size, violations: [] };
      characters += size;
      while (characters > bounds.characters) dropOldest();
      return id;
    },
    addViolations(id, violations) {
      const exchange = at(id);
      if (exchange?.id === id) exchange.violations = violations;
    },
    entries({ limit = bounds.exchanges, after } = {}) {
      const from = after === undefined ? lastId - limit : after;
      const first = Math.max(oldestId, from + 1);
      const count = Math.max(0, Math.min(limit, lastId - first + 1));
      return Array.from({ length: count }, (_, place) => at(first + place)).flatMap((kept) =>
        kept ? [read(kept)] : [],
      );
    },
    clear() {
      places.length = 0;
      oldestId = lastId + 1;
      characters = 0;
    },
  };
}

/** About how much memory an exchange holds, in characters. */
function sizeOf({ call: { form, query, path }, body }: Note): number {
  let size = body?.length ?? 0;
  for (const texts of form.values()) for (const text of texts) size += text.length;
  for (const texts of query.values()) for (const text of texts) size += text.length;
  for (const text of path.values()) size += text.length;
  return size;
}

function inputOf({ path, query, headers, form }: Call): Json {
  const body = form.size > 0 ? { body: shortOf(form) } : {};
  return { ...Object.fromEntries([...path, ...headers]), ...shortOf(query), ...body };
}

/** One value as itself, several as a list. */
function shortOf(fields: Form): { readonly [name: string]: string | readonly string[] } {
  return Object.fromEntries([...fields].map(([name, texts]) => [name, texts.length === 1 ? (texts[0] ?? '') : texts]));
}

/** A mark inside a number, or an answer that was no JSON, leaves text that cannot be parsed: then it is shown as text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
