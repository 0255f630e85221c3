import type { Scope } from '../../../core/operation.js';
import { bodyOfText, isAsciiText, type Body, type JsonObject } from '../../../core/body.js';
import { jsonText } from '../../../util/json-text.js';
import type { View } from './context.js';

/** Records whose texts are cached. */
const MAX_RECORDS = 20_000;
/** Of the cached texts of pages, together. */
const MAX_CHARACTERS = 2 * 1024 * 1024;

/** What a text depends on besides its records. */
interface Seen {
  readonly origin: string;
  readonly account: string;
  readonly scope: Scope;
}

interface Cached extends Seen {
  readonly body: Body;
}

interface CachedPage<R> extends Cached {
  readonly records: readonly R[];
}

/** Renders records as JSON text. A text that is still cached is returned in the same body as before. */
export interface RenderCache<R> {
  readonly one: (record: R, view: View) => Body;
  /** The texts of several records, with commas between them. */
  readonly several: (records: readonly R[], view: View) => Body;
}

export function renderedAs(text: string): Body {
  return bodyOfText(text, isAsciiText(text));
}

/** Joins the texts of records. */
export function joined(bodies: readonly Body[]): Body {
  const text = bodies.map((body) => body.text).join(',');
  return bodyOfText(
    text,
    bodies.every((body) => body.isAscii),
  );
}

/**
 * Caches texts of records, and of the records of a page. Records never change in place, so a text stays valid for its
 * records, whatever else changes in their world. The cache is bounded, so that reading a large world once does not fill
 * the memory.
 */
export function createRenderCache<R extends object>(render: (record: R, view: View) => JsonObject): RenderCache<R> {
  let bodies = new WeakMap<R, Cached>();
  let count = 0;
  /** By the first record. */
  let pages = new WeakMap<R, CachedPage<R>>();
  let characters = 0;

  function one(record: R, view: View): Body {
    const cached = bodies.get(record);
    if (cached !== undefined && isSeenAs(cached, view)) return cached.body;
    count += 1;
    if (count > MAX_RECORDS) {
      bodies = new WeakMap();
      count = 0;
    }
    const body = renderedAs(jsonText(render(record, view)));
    bodies.set(record, { body, ...seenAs(view) });
    return body;
  }

  function several(records: readonly R[], view: View): Body {
    const [first] = records;
    if (first === undefined) return nothing;
    if (records.length === 1) return one(first, view);
    const cached = pages.get(first);
    if (cached !== undefined && isSeenAs(cached, view) && isSame(cached.records, records)) return cached.body;
    const body = joined(records.map((record) => one(record, view)));
    characters += body.length;
    if (characters > MAX_CHARACTERS) {
      pages = new WeakMap();
      characters = body.length;
    }
    pages.set(first, { records, body, ...seenAs(view) });
    return body;
  }

  return { one, several };
}

const nothing = renderedAs('');

const seenAs = ({ origin, scope, world: { account } }: View): Seen => ({ origin, account, scope });

/** The same record may be requested by two host names or in two scopes, and be in two worlds if one is a fork. */
function isSeenAs(cached: Seen, { origin, scope, world }: View): boolean {
  return cached.origin === origin && cached.account === world.account && cached.scope === scope;
}

function isSame<R>(cached: readonly R[], records: readonly R[]): boolean {
  return cached.length === records.length && cached.every((record, i) => record === records[i]);
}
