import type { JSX } from 'preact';

/** Lets keyboard users skip the header and the navigation. A plain `#main` would change the page's address. */
export function SkipLink(): JSX.Element {
  return (
    <a
      class="skip-link"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('#main')?.focus();
      }}
    >
      Skip to content
    </a>
  );
}
