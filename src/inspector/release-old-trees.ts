// oxlint-disable no-underscore-dangle -- the names of Preact's hooks and properties
import { options } from 'preact';

/** What Preact's own packages use under these names, which its build keeps stable. */
interface Node {
  /** The component of the node. */
  readonly __c?: { readonly __v?: Node };
  /** The children of the node. */
  __k?: unknown;
}

interface Hooks {
  /** Called before a node is compared with its former version. */
  __b?: (node: Node) => void;
  /** Called when all changes have been made. */
  __c?: (root: Node, queue: unknown) => void;
}

/**
 * Releases the tree of each component that has rendered itself again. Preact keeps its first version, because it is among
 * the children of the element around it, and all later versions are linked to that one: 0.4 KB for each request that the
 * page shows.
 */
export function releaseOldTrees(): void {
  const hooks = options as Hooks;
  const { __b: beforeDiff, __c: onCommit } = hooks;
  let replaced: Node[] = [];
  hooks.__b = (node) => {
    const former = node.__c?.__v;
    if (former !== undefined && former !== node) replaced.push(former);
    beforeDiff?.(node);
  };
  hooks.__c = (root, queue) => {
    for (const node of replaced) node.__k = null;
    replaced = [];
    onCommit?.(root, queue);
  };
}
