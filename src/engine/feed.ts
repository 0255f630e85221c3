import type { Control } from '../core/control.js';
import type { Journal } from './journal.js';

/**
 * Something that has just happened. It names what changed and carries none of it: who cares asks for it, and so sees
 * what everybody sees, redacted and by pages.
 */
export type Change =
  | { readonly kind: 'exchange'; readonly id: number; readonly account: string | null; readonly wrote: boolean }
  | { readonly kind: 'violations'; readonly id: number }
  | { readonly kind: 'journal-cleared' }
  | { readonly kind: 'delivery'; readonly id: number; readonly account: string }
  /** A world went on by itself: a timer, a receipt. */
  | { readonly kind: 'world'; readonly account: string }
  | { readonly kind: 'control'; readonly name: string; readonly account: string | null };

/** Tells what happens to whoever watches. Nobody waits for a watcher. */
export interface Feed {
  tell(change: Change): void;
  /** @returns what ends the watching */
  watch(watcher: (change: Change) => void): () => void;
}

export function createFeed(): Feed {
  const watchers = new Set<(change: Change) => void>();
  return {
    tell(change) {
      for (const watcher of watchers) watcher(change);
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}

/** The same journal; every change of it is told. */
export function observedJournal(journal: Journal, feed: Feed): Journal {
  return {
    add(note) {
      const id = journal.add(note);
      const { operation, caller } = note.call;
      feed.tell({ kind: 'exchange', id, account: caller.account ?? null, wrote: operation.method !== 'GET' });
      return id;
    },
    addViolations(id, violations) {
      journal.addViolations(id, violations);
      feed.tell({ kind: 'violations', id });
    },
    entries: (options) => journal.entries(options),
    clear() {
      journal.clear();
      feed.tell({ kind: 'journal-cleared' });
    },
  };
}

/** The same controls; what changed something tells so once it is done. */
export function observedControls(controls: readonly Control[], feed: Feed): readonly Control[] {
  return controls.map((control) => {
    if (!control.changes) return control;
    return {
      ...control,
      async run(account, input) {
        try {
          return await control.run(account, input);
        } finally {
          // Also when it failed: it may have been half done.
          feed.tell({ kind: 'control', name: control.name, account: account ?? null });
        }
      },
    };
  });
}
