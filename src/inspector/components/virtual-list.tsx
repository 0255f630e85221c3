import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ScrollEdge } from './scroll-edge.js';

export interface VirtualListHandle {
  /** Scrolls to the edge where the list starts: the end if it is anchored there, else the start. */
  scrollToEdge(): void;
}

export interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** The assumed height in pixels of a row that has not been rendered yet. */
  readonly estimate: number;
  readonly row: (index: number) => ComponentChildren;
  /** `end`: start at the end and stay there until the user scrolls up. Default: `start`. */
  readonly anchor?: 'start' | 'end';
  /** Called with the range of rendered rows, both ends included. */
  readonly onView?: (first: number, last: number) => void;
  /** Called when the view reaches or leaves the edge of the anchor. */
  readonly onEdge?: (isAtEdge: boolean) => void;
  readonly handle?: RefObject<VirtualListHandle | null>;
  /** A row to scroll to, e.g. the message of a deep link. */
  readonly scrollTo?: number | undefined;
  readonly class?: string;
}

const noHandle = { current: null };

/** A scrolling list of any length that renders only the rows in view. */
export function VirtualList(props: VirtualListProps) {
  const { label, count, estimate, row, anchor = 'start', onView, onEdge, handle = noHandle, scrollTo } = props;
  const box = useRef<HTMLDivElement>(null);
  const [, rerender] = useState(0);
  const options: VirtualizerOptions<HTMLDivElement, HTMLDivElement> = {
    count,
    estimateSize: () => estimate,
    getScrollElement: () => box.current,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    overscan: 8,
    anchorTo: anchor,
    initialOffset: anchor === 'end' ? count * estimate : 0,
    onChange: () => rerender((times) => times + 1),
  };
  const [list] = useState(() => new Virtualizer(options));
  list.setOptions(options);
  // The library's adapters for other frameworks call these two methods as well.
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => list._didMount(), []);
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => list._willUpdate());
  const [edge] = useState(() => new ScrollEdge(anchor));
  edge.onChange = onEdge;
  useLayoutEffect(() => (box.current === null ? undefined : edge.observe(box.current)), []);
  useLayoutEffect(() => edge.follow());

  const rows = list.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => onView?.(first, last), [first, last, onView]);
  const isEmpty = count === 0;
  useLayoutEffect(() => {
    if (isEmpty) return;
    if (scrollTo === undefined) {
      if (anchor === 'end') edge.attach();
    } else {
      edge.detach();
      list.scrollToIndex(scrollTo, { align: 'center' });
    }
  }, [isEmpty, scrollTo]);
  useImperativeHandle(handle, () => ({ scrollToEdge: () => edge.attach() }), [edge]);

  return (
    <div ref={box} class={`scroll ${props.class ?? ''}`} tabIndex={0} role="group" aria-label={label}>
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
