import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Place, Remark } from './interpretations.js';

/** A way into the document: keys and list positions. */
export type DocumentPath = readonly (string | number)[];

/** A YAML file read with its positions kept. */
export interface Source {
  readonly value: unknown;
  /** What the YAML itself gets wrong; `value` is of no use then. */
  readonly errors: readonly Remark[];
  /** Where the entry of a path begins; for what is missing, where its nearest parent begins. */
  place(path: DocumentPath): Place;
  /** Where the key that ends the path stands, for a error of the key rather than of its value. */
  placeOfKey(path: DocumentPath): Place;
}

/** Reads YAML. */
export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = document.errors.map((error) => ({ message: error.message, ...at(error.pos[0]) }));
  return {
    value: errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
    errors,
    place: (path) => at(offsetOf(document, path)),
    placeOfKey: (path) => at(keyOffsetOf(document, path) ?? offsetOf(document, path)),
  };
}

function offsetOf(document: Document, path: DocumentPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffsetOf(document: Document, path: DocumentPath): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
