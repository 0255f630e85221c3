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

/** The latest exchanges, without secrets. Cheap to write: nothing is parsed until somebody reads. */
export interface Journal {
  /** Keeps an exchange and gives its id. */
  add(note: Note): number;
  /** Violations are found after the answer went out. */
  addViolations(id: number, violations: readonly Violation[]): void;
  /** In the order of the calls: the latest `limit`, or with `after` the first `limit` that follow that id. */
  entries(options?: { limit?: number; after?: number }): Exchange[];
  clear(): void;
}

interface Kept extends Omit<Exchange, 'input' | 'answer' | 'violations'> {
  readonly input: string;
  readonly answer: string;
  violations: readonly Violation[];
}

export function createJournal(redact: Redact, bounds: JournalBounds = usualBounds): Journal {
  const kept = new Map<number, Kept>();
  let lastId = 0;
  let characters = 0;

  function keep(text: string): string {
    // A secret that the cut would divide must be hidden first, so a margin is read beyond the cut.
    const clean = redact(text.length > 2 * bounds.each ? text.slice(0, 2 * bounds.each) : text);
    if (clean.length <= bounds.each) return clean;
    // Copied by way of bytes: a slice would keep the whole text in memory.
    const head = Buffer.from(clean.slice(0, bounds.each)).toString();
    return JSON.stringify(`${head}… [cut: ${text.length} characters]`);
  }

  function dropOldest(): void {
    for (const [id, oldest] of kept) {
      if (kept.size <= bounds.exchanges && characters <= bounds.characters) return;
      kept.delete(id);
      characters -= sizeOf(oldest);
    }
  }

  return {
    add({ call, body, ...rest }) {
      const id = ++lastId;
      const input = keep(JSON.stringify(inputOf(call)));
      const exchange = { ...rest, id, input, answer: keep(body?.text ?? 'null'), violations: [] };
      kept.set(id, exchange);
      characters += sizeOf(exchange);
      dropOldest();
      return id;
    },
    addViolations(id, violations) {
      const exchange = kept.get(id);
      if (exchange === undefined) return;
      exchange.violations = violations.map(({ path, message }) => ({ path: redact(path), message: redact(message) }));
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

function sizeOf({ input, answer }: Kept): number {
  return input.length + answer.length;
}

function inputOf({ path, query, headers, form }: Call): Json {
  const body = form.size > 0 ? { body: shortOf(form) } : {};
  return { ...Object.fromEntries([...path, ...headers]), ...shortOf(query), ...body };
}

/** One value as itself, several as a list. */
function shortOf(fields: Form): { readonly [name: string]: string | readonly string[] } {
  return Object.fromEntries([...fields].map(([name, texts]) => [name, texts.length === 1 ? (texts[0] ?? '') : texts]));
}

function read({ id, time, surface, account, operation, input, status, answer, ...rest }: Kept): Exchange {
  return { id, time, surface, account, operation, input: parsed(input), status, answer: parsed(answer), ...rest };
}

/** A mark inside a number, or an answer that was no JSON, leaves text that cannot be parsed: then it is shown as text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
