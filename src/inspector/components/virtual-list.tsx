import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** The usual height of a row, for those that were never seen. */
  readonly estimate: number;
  readonly row: (index: number) => ComponentChildren;
  /** A chat begins at its end and stays there while messages come. */
  readonly anchor?: 'start' | 'end';
  readonly seen?: (first: number, last: number) => void;
  /** A row to go to, e.g. of a deep link. */
  readonly goTo?: number | undefined;
  readonly class?: string;
}

/** A list of any length of which only what is in sight is in the document. */
export function VirtualList({ label, count, estimate, row, anchor = 'start', seen, goTo, ...rest }: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [, redraw] = useState(0);
  const options: VirtualizerOptions<HTMLDivElement, HTMLDivElement> = {
    count,
    estimateSize: () => estimate,
    getScrollElement: () => box.current,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    overscan: 8,
    anchorTo: anchor,
    followOnAppend: anchor === 'end',
    onChange: () => redraw((times) => times + 1),
  };
  const [list] = useState(() => new Virtualizer(options));
  list.setOptions(options);
  // The two are how the library wants to be tied to a framework.
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => list._didMount(), []);
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => list._willUpdate());

  const rows = list.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => seen?.(first, last), [first, last, seen]);
  const isEmpty = count === 0;
  useLayoutEffect(() => {
    if (isEmpty) return;
    if (goTo !== undefined) list.scrollToIndex(goTo, { align: 'center' });
    else if (anchor === 'end') list.scrollToEnd();
  }, [isEmpty, goTo]);

  return (
    <div ref={box} class={`scroll ${rest.class ?? ''}`} tabIndex={0} role="group" aria-label={label}>
      <div class="rows" role="list" style={{ height: `${list.getTotalSize()}px` }}>
        {rows.map(({ key, index, start }) => (
          <div
            key={key}
            data-index={index}
            ref={(element) => list.measureElement(element)}
            class="row"
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
