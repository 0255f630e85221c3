import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { navigate } from '../data/route.js';

/** Sections by the key that follows `g`. */
const sectionKeys: Readonly<Record<string, string>> = {
  c: 'conversations',
  r: 'requests',
  w: 'webhooks',
  s: 'services',
  a: 'charts',
  f: 'faults',
  o: 'worlds',
  t: 'contract',
};

const help = [
  ['/', 'Search'],
  ['j, k', 'Next or previous row'],
  ['Enter', 'Open row'],
  ['Esc', 'Back to list'],
  ['g c', 'Conversations'],
  ['g r', 'Requests'],
  ['g w', 'Webhooks'],
  ['g s', 'Services'],
  ['g a', 'Charts'],
  ['g f', 'Faults'],
  ['g o', 'Worlds'],
  ['g t', 'Contract'],
  ['?', 'Keyboard shortcuts'],
] as const;

/** Handles the page's keyboard shortcuts and shows their list on `?`. */
export function KeyboardShortcuts(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let isAfterG = false;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const section = isAfterG ? sectionKeys[event.key] : undefined;
      isAfterG = event.key === 'g' && !isAfterG;
      if (section !== undefined) navigate(section);
      else if (event.key === '?') dialog.current?.showModal();
      else if (event.key === '/') document.querySelector<HTMLElement>('[type="search"]')?.focus();
      else if (event.key === 'j') moveFocus(1);
      else if (event.key === 'k') moveFocus(-1);
      else if (event.key === 'Escape') document.querySelector<HTMLAnchorElement>('.back')?.click();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <dialog ref={dialog} aria-label="Keyboard shortcuts" class="shortcuts">
      <h2>Keyboard shortcuts</h2>
      <dl>
        {help.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, dialog *');
}

/** Moves focus along the list's rows, starting at the focused row, else at the open one, else at the first. */
function moveFocus(offset: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.row a.entry')];
  const focused = links.findIndex((link) => link === document.activeElement);
  const open = links.findIndex((link) => link.getAttribute('aria-current') === 'true');
  const from = focused === -1 ? open : focused;
  const to = from === -1 && offset < 0 ? 0 : from + offset;
  links[Math.min(links.length - 1, Math.max(0, to))]?.focus();
}
