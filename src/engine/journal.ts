import type { Body, Call, Exchange, Form, Json, Violation } from '../operation.js';
import type { Redact } from '../redact.js';

/** How much a journal keeps, in exchanges and in characters. */
export interface JournalBounds {
  readonly exchanges: number;
  readonly characters: number;
  /** A longer input or answer is cut to this length, with a marker. */
  readonly each: number;
}

const usualBounds: JournalBounds = { exchanges: 1000, characters: 8 * 1024 * 1024, each: 16 * 1024 };

/** What the engine notes of one call. */
export interface Note extends Omit<Exchange, 'id' | 'input' | 'answer' | 'violations'> {
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

export function createJournal(redact: Redact, bounds: JournalBounds = usualBounds): Journal {
  const kept = new Map<number, Kept>();
  let lastId = 0;
  let characters = 0;

  function dropOldest(): void {
    for (const [id, oldest] of kept) {
      if (kept.size <= bounds.exchanges && characters <= bounds.characters) return;
      kept.delete(id);
      characters -= oldest.size;
    }
  }

  /** Hides secrets in a JSON text and cuts it, in this order: a cut could divide a secret. */
  function readable(text: string): Json {
    const clean = redact(text);
    return clean.length <= bounds.each
      ? parsed(clean)
      : `${clean.slice(0, bounds.each)}… [cut: ${text.length} characters]`;
  }

  function read({ id, note, violations }: Kept): Exchange {
    const { call, body, time, surface, account, operation, status, milliseconds, ignored } = note;
    return {
      id,
      time,
      surface,
      account,
      operation,
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
      const exchange = { id, note, size: sizeOf(note), violations: [] };
      kept.set(id, exchange);
      characters += exchange.size;
      dropOldest();
      return id;
    },
    addViolations(id, violations) {
      const exchange = kept.get(id);
      if (exchange !== undefined) exchange.violations = violations;
    },
    entries({ limit = bounds.exchanges, after } = {}) {
      const all = [...kept.values()];
      const chosen = after === undefined ? all.slice(-limit) : all.filter(({ id }) => id > after).slice(0, limit);
      return limit < 1 ? [] : chosen.map(read);
    },
    clear() {
      kept.clear();
      characters = 0;
    },
  };
}

/** About how much memory an exchange holds, in characters. */
function sizeOf({ call: { form, query, path }, body }: Note): number {
  let size = body?.text.length ?? 0;
  for (const texts of [...form.values(), ...query.values()]) for (const text of texts) size += text.length;
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
