import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { go } from './route.js';

const places: Readonly<Record<string, string>> = {
  c: 'conversations',
  r: 'requests',
  w: 'webhooks',
  s: 'services',
  f: 'faults',
  o: 'worlds',
  t: 'contract',
};

const help = [
  ['/', 'Search'],
  ['j, k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['Esc', 'Back to the list'],
  ['g c', 'Conversations'],
  ['g r', 'Requests'],
  ['g w', 'Webhooks'],
  ['g s', 'Services'],
  ['g f', 'Faults'],
  ['g o', 'Worlds'],
  ['g t', 'Contract'],
  ['?', 'This help'],
] as const;

/** The keyboard, for whoever would rather not reach for the mouse. */
export function Keys(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [leader, setLeader] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const place = leader ? places[event.key] : undefined;
      setLeader(event.key === 'g' && !leader);
      if (place !== undefined) go(place);
      else if (event.key === '?') dialog.current?.showModal();
      else if (event.key === '/') focus('[type="search"]');
      else if (event.key === 'j') step(1);
      else if (event.key === 'k') step(-1);
      else if (event.key === 'Escape') document.querySelector<HTMLAnchorElement>('.back')?.click();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [leader]);
  return (
    <dialog ref={dialog} aria-label="Keyboard" class="keys">
      <h2>Keyboard</h2>
      <dl>
        {help.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
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

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Moves the focus along the rows of the list that has it, or of the first one. */
function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.row a.entry')];
  const at = links.findIndex((link) => link === document.activeElement);
  const selected = links.findIndex((link) => link.getAttribute('aria-current') === 'true');
  const from = at === -1 ? selected : at;
  links[Math.min(links.length - 1, Math.max(0, from === -1 && by < 0 ? 0 : from + by))]?.focus();
}
