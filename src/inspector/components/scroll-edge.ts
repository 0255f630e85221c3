/** A view this close to the edge, in pixels, counts as being there. */
const TOLERANCE = 2;

/**
 * Keeps a scrolling box at its end until the user scrolls up, and reports whether it is at the edge of its anchor. The
 * distance to the end alone cannot decide this: it also grows when rows are added or measured, or when the box shrinks.
 */
export class ScrollEdge {
  /** Called when the view reaches or leaves the edge. */
  onChange: ((isAtEdge: boolean) => void) | undefined;
  #box: HTMLElement | undefined;
  #isAtEdge = true;
  #lastTop = 0;
  #followsEnd: boolean;

  constructor(readonly anchor: 'start' | 'end') {
    this.#followsEnd = anchor === 'end';
  }

  /** @returns a function that stops observing the box */
  observe(box: HTMLElement): () => void {
    this.#box = box;
    const onScroll = (): void => this.#onScroll(box);
    // Arrives before the scroll event, so that no render in between moves the view back to the end.
    const onWheel = ({ deltaY }: WheelEvent): void => {
      if (deltaY < 0 && box.scrollTop > 0) this.#followsEnd = false;
    };
    box.addEventListener('scroll', onScroll, { passive: true });
    box.addEventListener('wheel', onWheel, { passive: true });
    const observer = new ResizeObserver(() => this.follow());
    observer.observe(box);
    return () => {
      box.removeEventListener('scroll', onScroll);
      box.removeEventListener('wheel', onWheel);
      observer.disconnect();
      this.#box = undefined;
    };
  }

  /** Moves the view back to the end, unless the user has scrolled up. To be called after each change of the content. */
  follow(): void {
    if (this.#box !== undefined && this.#followsEnd && distanceToEnd(this.#box) > 0)
      this.#moveTo(this.#box.scrollHeight);
  }

  /** Scrolls to the edge. */
  attach(): void {
    this.#followsEnd = this.anchor === 'end';
    if (this.#followsEnd) this.follow();
    else this.#moveTo(0);
    this.#report(true);
  }

  /** Lets the view leave the end, e.g. before it is scrolled to a row. */
  detach(): void {
    this.#followsEnd = false;
    this.#report(false);
  }

  #onScroll(box: HTMLElement): void {
    const movedUp = box.scrollTop < this.#lastTop;
    this.#lastTop = box.scrollTop;
    if (this.anchor === 'start') return this.#report(box.scrollTop <= TOLERANCE);
    if (distanceToEnd(box) <= TOLERANCE) this.#followsEnd = true;
    else if (movedUp) this.#followsEnd = false;
    this.#report(this.#followsEnd);
  }

  #moveTo(top: number): void {
    if (this.#box === undefined) return;
    this.#box.scrollTop = top;
    this.#lastTop = this.#box.scrollTop;
  }

  #report(isAtEdge: boolean): void {
    if (this.#isAtEdge === isAtEdge) return;
    this.#isAtEdge = isAtEdge;
    this.onChange?.(isAtEdge);
  }
}

function distanceToEnd({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number {
  return scrollHeight - clientHeight - scrollTop;
}
