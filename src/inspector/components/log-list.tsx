import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Numbered } from '../data/log-replica.js';
import { NewItemsButton } from './new-items-button.js';
import { VirtualList, type VirtualListHandle } from './virtual-list.js';

interface LogListProps<T> {
  readonly label: string;
  /** Newest first. */
  readonly entries: readonly T[];
  readonly matches: (entry: T) => boolean;
  readonly row: (entry: T) => ComponentChildren;
}

/** A log, newest entry first. While it is scrolled away from the top, it pauses and counts the new entries. */
export function LogList<T extends Numbered>({ label, entries, matches, row }: LogListProps<T>): JSX.Element {
  const list = useRef<VirtualListHandle>(null);
  const [pausedAt, setPausedAt] = useState<readonly T[] | undefined>(undefined);
  const current = new Map(entries.map((entry) => [entry.id, entry]));
  const shown = (pausedAt?.map((entry) => current.get(entry.id) ?? entry) ?? entries).filter(matches);
  const newestPaused = pausedAt?.[0]?.id ?? Infinity;
  const added = entries.filter((entry) => entry.id > newestPaused && matches(entry)).length;
  return (
    <div class="list-with-button">
      <VirtualList
        label={label}
        count={shown.length}
        estimate={58}
        handle={list}
        onEdge={(isAtTop) => setPausedAt((before) => (isAtTop ? undefined : (before ?? entries)))}
        row={(index) => {
          const entry = shown[index];
          return entry === undefined ? null : row(entry);
        }}
      />
      <NewItemsButton count={added} direction="↑" onPress={() => list.current?.scrollToEdge()} />
    </div>
  );
}
