import type { Journal } from './journal.js';

/**
 * Something that changed. An event only identifies what changed; subscribers fetch the data, which is then redacted and
 * paged like any other read.
 */
export type Change =
  | { readonly kind: 'exchange'; readonly id: number; readonly account: string | null; readonly wrote: boolean }
  | { readonly kind: 'violations'; readonly id: number }
  | { readonly kind: 'journal-cleared' }
  | { readonly kind: 'delivery'; readonly id: number; readonly account: string }
  /** A world changed without a call: a timer fired, a receipt was updated. */
  | { readonly kind: 'world'; readonly account: string }
  | { readonly kind: 'control'; readonly name: string; readonly account: string | null };

/** @param change null if anything may have changed */
export type ChangeListener = (change: Change | null) => void;

export interface ChangeSource {
  /** @returns a function that ends the subscription */
  subscribe(listener: ChangeListener): () => void;
}

/** Synchronous publish and subscribe. */
export interface Feed extends ChangeSource {
  publish(change: Change): void;
}

export function createFeed(): Feed {
  const listeners = new Set<ChangeListener>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Wraps a journal to publish its changes. */
export function observedJournal(journal: Journal, feed: Feed): Journal {
  return {
    add(entry) {
      const id = journal.add(entry);
      const { operation, caller } = entry.call;
      feed.publish({ kind: 'exchange', id, account: caller.account ?? null, wrote: operation.method !== 'GET' });
      return id;
    },
    addViolations(id, violations) {
      journal.addViolations(id, violations);
      feed.publish({ kind: 'violations', id });
    },
    entries: (options) => journal.entries(options),
    total: () => journal.total(),
    clear() {
      journal.clear();
      feed.publish({ kind: 'journal-cleared' });
    },
  };
}
