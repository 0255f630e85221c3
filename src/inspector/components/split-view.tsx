import type { ComponentChildren, JSX } from 'preact';
import { href } from './route.js';

interface SplitProps {
  readonly section: string;
  readonly list: ComponentChildren;
  readonly detail: ComponentChildren;
  /** Whether something of the list is open: on a narrow screen it then takes the list's place. */
  readonly isOpen: boolean;
}

/** A list, and beside it what was chosen in it. */
export function Split({ section, list, detail, isOpen }: SplitProps): JSX.Element {
  return (
    <div class={`split ${isOpen ? 'is-open' : ''}`}>
      <section class="list" aria-label="List">
        {list}
      </section>
      <section class="detail" aria-label="Details">
        {isOpen && (
          <a class="back" href={href(section)}>
            ← Back to the list
          </a>
        )}
        {detail}
      </section>
    </div>
  );
}
