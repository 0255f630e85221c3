import type { ComponentChildren, JSX } from 'preact';
import { hrefWithQuery } from '../data/route.js';

interface SplitViewProps {
  readonly section: string;
  /** The title of the view while no entry is open. */
  readonly title: string;
  readonly list: ComponentChildren;
  readonly detail: ComponentChildren;
  /** Whether an entry is open. On a narrow screen it replaces the list. */
  readonly isOpen: boolean;
}

/** A list with the selected entry beside it. */
export function SplitView({ section, title, list, detail, isOpen }: SplitViewProps): JSX.Element {
  return (
    <div class={`split ${isOpen ? 'is-open' : ''}`}>
      {!isOpen && <h1 class="visually-hidden">{title}</h1>}
      <section class="list" aria-label="List">
        {list}
      </section>
      <section class="detail" aria-label="Details">
        {isOpen && (
          <a class="back" href={hrefWithQuery(section)}>
            ← Back to list
          </a>
        )}
        {detail}
      </section>
    </div>
  );
}
