import type { JSX } from 'preact';
import { connection } from './base/events.js';
import { href, route, world } from './base/route.js';
import { health, isSimulated, worlds } from './base/server.js';
import { ClockMenu } from './tools/clock.js';

const states = {
  connecting: 'Connecting…',
  open: 'Live: this page follows what happens',
  lost: 'The connection is lost; trying again',
};

export function Header(): JSX.Element {
  const state = connection.value;
  return (
    <header class="header">
      <a class="brand" href={href('conversations')}>
        <span class="logo" aria-hidden="true" />
        Understudy
      </a>
      {health.value !== undefined && <span class={`mode ${health.value.mode}`}>{health.value.mode}</span>}
      <span class={`connection ${state}`} title={states[state]}>
        <span class="dot" aria-hidden="true" />
        <span class={state === 'lost' ? '' : 'hidden'} role="status">
          {states[state]}
        </span>
      </span>
      <span class="gap" />
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
      <span class="hidden">World</span>
      <select
        value={shown}
        onChange={({ currentTarget: { value } }) => {
          const isDefault = all.find((entry) => entry.default)?.account_sid === value;
          // What is selected now lives in the other world.
          location.hash = isDefault ? `#/${route.value.section}` : href(route.value.section, value);
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
  return (
    <nav class="navigation" aria-label="Sections">
      {items.map(({ key, title }) => (
        <a key={key} href={href(key)} aria-current={key === current ? 'page' : undefined} class={`to-${key}`}>
          {title}
        </a>
      ))}
    </nav>
  );
}
