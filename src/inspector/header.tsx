import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ClockMenu } from './clock/clock-menu.js';
import { FaultChip } from './faults/fault-chip.js';
import { connection } from './data/change-events.js';
import { href, route, world } from './data/route.js';
import { health, isSimulated, worlds } from './data/server.js';

const connectionLabels = {
  connecting: 'Connecting…',
  open: 'Live: this page updates as things change',
  lost: 'Connection lost: showing the last known state. Reconnecting…',
};

export function Header(): JSX.Element {
  const state = connection.value;
  return (
    <header class="header">
      <a class="brand" href={href('')}>
        <span class="logo" aria-hidden="true" />
        Understudy
      </a>
      {health.value !== undefined && <span class={`mode ${health.value.mode}`}>{health.value.mode}</span>}
      <span class={`connection ${state}`} title={connectionLabels[state]}>
        <span class="dot" aria-hidden="true" />
        <span class={state === 'lost' ? '' : 'visually-hidden'} role="status">
          {connectionLabels[state]}
        </span>
      </span>
      <FaultChip />
      <span class="spacer" />
      {isSimulated() && <WorldMenu />}
      {isSimulated() && <ClockMenu key={world.value} />}
    </header>
  );
}

function WorldMenu(): JSX.Element {
  const all = worlds.value;
  const shown = world.value ?? all.find((entry) => entry.default)?.account_sid ?? '';
  const isListed = all.some(({ account_sid }) => account_sid === shown);
  return (
    <label class="world">
      <span class="visually-hidden">World</span>
      <select
        value={shown}
        onChange={({ currentTarget: { value } }) => {
          const isDefault = all.find((entry) => entry.default)?.account_sid === value;
          // Keeps the section only: the open record does not exist in the other world.
          const section = route.value.section ?? 'conversations';
          location.hash = isDefault ? `#/${section}` : href(section, value);
        }}
      >
        {!isListed && <option value={shown}>{shown}</option>}
        {all.map(({ account_sid, default: isDefault }) => (
          <option key={account_sid} value={account_sid}>
            {isDefault ? 'Default world' : 'World'} {account_sid.slice(0, 6)}…{account_sid.slice(-6)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NavigationProps {
  readonly current: string;
  readonly items: readonly { readonly key: string; readonly title: string }[];
}

export function Navigation({ current, items }: NavigationProps): JSX.Element {
  const navigation = useRef<HTMLElement>(null);
  // On a phone, the sections are in one scrolling row.
  useEffect(
    () => navigation.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }),
    [current, items.length],
  );
  return (
    <nav ref={navigation} class="navigation" aria-label="Sections">
      {items.map(({ key, title }) => (
        <a key={key} href={href(key)} aria-current={key === current ? 'page' : undefined} class={`to-${key}`}>
          {title}
        </a>
      ))}
    </nav>
  );
}
