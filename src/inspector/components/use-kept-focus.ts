import { useEffect, useRef } from 'preact/hooks';
import { route } from '../data/route.js';

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
    // After the browser has noticed that a hidden element cannot keep the focus.
    const frame = requestAnimationFrame(() => {
      const main = document.querySelector<HTMLElement>('#main');
      const { activeElement, body } = document;
      if (activeElement !== null && ![body, main].includes(activeElement as HTMLElement) && isVisible(activeElement))
        return;
      const rows = [...document.querySelectorAll<HTMLElement>('a.entry')];
      const row = rows.find((each) => each.getAttribute('href')?.split('?', 1)[0] === `#/${left}`);
      (row !== undefined && isVisible(row) ? row : main)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
}

function isVisible(element: Element): boolean {
  return element.getClientRects().length > 0;
}
