import type { JsonObject } from '../../../core/body.js';
import type { View } from './context.js';

const MOST_KEPT = 20_000;

/** JSON text. */
export interface Rendered {
  readonly text: string;
  /** Each character is a byte when it is sent. */
  readonly isAscii: boolean;
}

interface Kept extends Rendered {
  readonly origin: string;
  readonly account: string;
}

const ASCII = /^[\0-\x7f]*$/;

export function renderedAs(text: string): Rendered {
  return { text, isAscii: ASCII.test(text) };
}

/**
 * Renders records as JSON text and keeps what was rendered: a record never changes, so its text holds until another one
 * takes its place, and a page is made by joining texts. The number kept is bounded, so that reading a large world once
 * does not fill the memory.
 */
export function createRenderCache<R extends object>(
  render: (record: R, view: View) => JsonObject,
): (record: R, view: View) => Rendered {
  let texts = new WeakMap<R, Kept>();
  let count = 0;
  return (record, view) => {
    const { origin } = view;
    const { account } = view.world;
    const kept = texts.get(record);
    // The same record may be shown under two host names, and stand in two worlds, one a fork of the other.
    if (kept?.origin === origin && kept.account === account) return kept;
    count += 1;
    if (count > MOST_KEPT) {
      texts = new WeakMap();
      count = 0;
    }
    const rendered = { ...renderedAs(JSON.stringify(render(record, view))), origin, account };
    texts.set(record, rendered);
    return rendered;
  };
}
