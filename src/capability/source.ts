import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Place, Remark } from './interpretations.js';

/** The path of a node in a document: keys and list indexes. */
export type DocumentPath = readonly (string | number)[];

/** A parsed YAML file that knows the place of each node. */
export interface Source {
  /** The file's name, as given. */
  readonly file: string;
  /** Undefined when there are errors. */
  readonly value: unknown;
  /** Syntax errors. */
  readonly errors: readonly Remark[];
  /** The place of a node, or of its nearest existing ancestor. */
  place(path: DocumentPath): Place;
  /** The place of the key that ends the path. */
  placeOfKey(path: DocumentPath): Place;
}

export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = document.errors.map((error) => ({ message: error.message, ...at(error.pos[0]) }));
  return {
    file,
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
