import { useEffect, useRef } from 'preact/hooks';
import { route } from '../data/route.js';

/** How long to wait for the row of an entry that was left, in frames: about a second. */
const LIST_FRAMES = 60;

/**
 * Keeps the focus after a navigation. If the focused element is gone or hidden, the focus moves to the row of the entry that
 * was open before, or else to the content.
 */
export function useKeptFocus(): void {
  const { section, rest } = route.value;
  const path = [section, ...rest].join('/');
  const before = useRef(path);
  useEffect(() => {
    const left = before.current;
    before.current = path;
    if (left === path) return undefined;
    let frame = 0;
    const moveFocus = (attempts: number): void => {
      const main = document.querySelector<HTMLElement>('#main');
      const { activeElement, body } = document;
      if (activeElement !== null && ![body, main].includes(activeElement as HTMLElement) && isVisible(activeElement))
        return;
      const rows = [...document.querySelectorAll<HTMLElement>('a.entry')];
      const row = rows.find((each) => each.getAttribute('href')?.split('?', 1)[0] === `#/${left}`);
      const target = row !== undefined && isVisible(row) ? row : main;
      target?.focus();
      if (target === main && attempts > 1) frame = requestAnimationFrame(() => moveFocus(attempts - 1));
    };
    // After the browser has noticed that a hidden element cannot keep the focus. A list may take some frames to come back.
    frame = requestAnimationFrame(() => moveFocus(left.startsWith(`${path}/`) ? LIST_FRAMES : 1));
    return () => cancelAnimationFrame(frame);
  }, [path]);
}

function isVisible(element: Element): boolean {
  return element.getClientRects().length > 0;
}
