import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { href } from '../data/route.js';

interface TabsProps {
  readonly label: string;
  /** The address of the first tab. */
  readonly base: string;
  readonly current: string | undefined;
  /** The name in the address, `undefined` for the first tab, and the title. */
  readonly tabs: readonly (readonly [name: string | undefined, title: string])[];
}

/** Links to the parts of a page. */
export function Tabs({ label, base, current, tabs }: TabsProps): JSX.Element {
  const list = useRef<HTMLElement>(null);
  useEffect(
    () => list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [current],
  );
  return (
    <nav ref={list} class="tabs" aria-label={label}>
      {tabs.map(([name, title]) => (
        <a
          key={name ?? ''}
          href={href(name === undefined ? base : `${base}/${name}`)}
          aria-current={current === name ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
