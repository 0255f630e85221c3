import { detach } from './detach.js';
import { memoize } from './memoize.js';
import { templatePattern } from './path-template.js';

/** What is found at a path: the value that was added, and the values of the placeholders in the order of the path. */
export interface PathMatch<T> {
  readonly value: T;
  readonly placeholders: readonly string[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  readonly branches: Branch<T>[];
  value?: T;
}

/** The paths that continue with a segment of a template, e.g. `{Sid}` or `{Sid}.json`. */
interface Branch<T> {
  readonly template: string;
  /** Reads the placeholders of a segment; absent if the whole segment is one. */
  readonly read: ReadSegment | undefined;
  readonly node: Node<T>;
}

/** Returns undefined if a segment does not match. */
type ReadSegment = (segment: string) => readonly string[] | undefined;

/** Finds values by method and path. Where a literal segment and a placeholder both match, the literal takes precedence. */
export class PathTree<T> {
  readonly #roots = new Map<string, Node<T>>();
  /** By method. Callers repeat most of their paths. */
  readonly #finders = new Map<string, (path: string) => PathMatch<T> | undefined>();

  /** @param template a path with placeholders, such as `/v1/Services/{Sid}` */
  add(method: string, template: string, value: T): void {
    const root = this.#roots.get(method) ?? createNode<T>();
    this.#roots.set(method, root);
    this.#finders.set(
      method,
      memoize((path) => search(root, segmentsOf(path), 0, [])),
    );
    let node = root;
    for (const segment of template.split('/')) node = childOf(node, segment);
    node.value = value;
  }

  /** A placeholder also matches an empty segment. Percent-encoded segments are decoded. */
  find(method: string, path: string): PathMatch<T> | undefined {
    return this.#finders.get(method)?.(path);
  }

  /** The methods that have a value at this path. */
  methodsAt(path: string): string[] {
    return [...this.#roots.keys()].filter((method) => this.find(method, path) !== undefined);
  }
}

function createNode<T>(): Node<T> {
  return { literals: new Map(), branches: [] };
}

function childOf<T>({ literals, branches }: Node<T>, segment: string): Node<T> {
  const known = literals.get(segment) ?? branches.find(({ template }) => template === segment)?.node;
  if (known !== undefined) return known;
  const node = createNode<T>();
  if (segment.includes('{')) branches.push({ template: segment, read: createReader(segment), node });
  else literals.set(segment, node);
  return node;
}

function createReader(segment: string): ReadSegment | undefined {
  if (/^\{[^{}]+\}$/.test(segment)) return undefined;
  const pattern = templatePattern(segment);
  return (text) => pattern.exec(text)?.slice(1);
}

/** @param found the values of the placeholders so far; as before if nothing matches */
function search<T>(
  node: Node<T>,
  segments: readonly string[],
  depth: number,
  found: string[],
): PathMatch<T> | undefined {
  const segment = segments[depth];
  if (segment === undefined) return node.value === undefined ? undefined : { value: node.value, placeholders: found };
  const literal = node.literals.get(segment);
  const exact = literal && search(literal, segments, depth + 1, found);
  if (exact !== undefined) return exact;
  for (const { read, node: child } of node.branches) {
    const length = found.length;
    if (read === undefined) found.push(segment);
    else {
      const values = read(segment);
      if (values === undefined) continue;
      found.push(...values);
    }
    const match = search(child, segments, depth + 1, found);
    if (match !== undefined) return match;
    found.length = length;
  }
  return undefined;
}

/** Callers may keep a segment, but should not keep the path. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').map(detach);
  return path.includes('%') ? segments.map(decodeURIComponent) : segments;
}
