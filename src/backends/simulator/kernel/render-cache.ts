import type { Scope } from '../../../core/operation.js';
import type { JsonObject } from '../../../core/body.js';
import { jsonText } from '../../../util/json-text.js';
import type { View } from './context.js';

const MAX_CACHED = 20_000;

/** JSON text. */
export interface Rendered {
  readonly text: string;
  /** Each character is one byte on the wire. */
  readonly isAscii: boolean;
}

interface Cached extends Rendered {
  readonly origin: string;
  readonly account: string;
  readonly scope: Scope;
}

const ASCII = /^[\0-\x7f]*$/;

export function renderedAs(text: string): Rendered {
  return { text, isAscii: ASCII.test(text) };
}

/**
 * Renders records as JSON text and caches the texts. Records never change in place, so a text stays valid for its
 * record, and a page is rendered by joining texts. The cache is bounded, so that reading a large world once does not
 * fill the memory.
 */
export function createRenderCache<R extends object>(
  render: (record: R, view: View) => JsonObject,
): (record: R, view: View) => Rendered {
  let texts = new WeakMap<R, Cached>();
  let count = 0;
  return (record, view) => {
    const { origin, scope } = view;
    const { account } = view.world;
    const cached = texts.get(record);
    // The same record may be requested by two host names or in two scopes, and be in two worlds if one is a fork.
    if (cached?.origin === origin && cached.account === account && cached.scope === scope) return cached;
    count += 1;
    if (count > MAX_CACHED) {
      texts = new WeakMap();
      count = 0;
    }
    const rendered = { ...renderedAs(jsonText(render(record, view))), origin, account, scope };
    texts.set(record, rendered);
    return rendered;
  };
}
