import { templatePattern } from './path-template.js';

/** What is found at a path: the value that was added, and the values of the placeholders in the order of the path. */
export interface PathMatch<T> {
  readonly value: T;
  readonly placeholders: readonly string[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  /** By segment of the template, e.g. `{Sid}` or `{Sid}.json`. */
  readonly templates: Map<string, { readonly read: ReadSegment; readonly node: Node<T> }>;
  value?: T;
}

/** Reads the placeholders of a segment; undefined if it does not match. */
type ReadSegment = (segment: string) => readonly string[] | undefined;

/** Finds values by method and path. Where a literal segment and a placeholder both match, the literal takes precedence. */
export class PathTree<T> {
  readonly #roots = new Map<string, Node<T>>();

  /** @param template a path with placeholders, such as `/v1/Services/{Sid}` */
  add(method: string, template: string, value: T): void {
    let node = this.#roots.get(method) ?? createNode();
    this.#roots.set(method, node);
    for (const segment of template.split('/')) node = childOf(node, segment);
    node.value = value;
  }

  /** A placeholder also matches an empty segment. Percent-encoded segments are decoded. */
  find(method: string, path: string): PathMatch<T> | undefined {
    const root = this.#roots.get(method);
    return root && search(root, segmentsOf(path), 0, []);
  }

  /** The methods that have a value at this path. */
  methodsAt(path: string): string[] {
    return [...this.#roots.keys()].filter((method) => this.find(method, path) !== undefined);
  }
}

function createNode<T>(): Node<T> {
  return { literals: new Map(), templates: new Map() };
}

function childOf<T>({ literals, templates }: Node<T>, segment: string): Node<T> {
  const known = literals.get(segment) ?? templates.get(segment)?.node;
  if (known !== undefined) return known;
  const node = createNode<T>();
  if (segment.includes('{')) templates.set(segment, { read: createReader(segment), node });
  else literals.set(segment, node);
  return node;
}

function createReader(segment: string): ReadSegment {
  if (/^\{[^{}]+\}$/.test(segment)) return (text) => [text];
  const pattern = templatePattern(segment);
  return (text) => pattern.exec(text)?.slice(1);
}

function search<T>(
  node: Node<T>,
  segments: readonly string[],
  depth: number,
  found: readonly string[],
): PathMatch<T> | undefined {
  const segment = segments[depth];
  if (segment === undefined) return node.value === undefined ? undefined : { value: node.value, placeholders: found };
  const literal = node.literals.get(segment);
  const exact = literal && search(literal, segments, depth + 1, found);
  if (exact !== undefined) return exact;
  for (const { read, node: child } of node.templates.values()) {
    const values = read(segment);
    const match = values && search(child, segments, depth + 1, [...found, ...values]);
    if (match !== undefined) return match;
  }
  return undefined;
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/');
  return path.includes('%') ? segments.map(decodeURIComponent) : segments;
}
