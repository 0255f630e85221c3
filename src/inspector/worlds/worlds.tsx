import type { JSX } from 'preact';
import { act, look } from '../base/api.js';
import { defaultAccount } from '../base/events.js';
import { useLive } from '../base/live.js';
import { href, world } from '../base/route.js';
import { worlds } from '../base/server.js';
import { Blank, DangerButton } from '../base/widgets.js';
import { Snapshots } from './snapshots.js';
import { Transfer } from './transfer.js';

interface Seed {
  readonly name: string;
  readonly about: string;
}

/** The worlds, one per account SID, and what can be done to the one that is shown. */
export function Worlds(): JSX.Element {
  const shown = world.value ?? defaultAccount.value ?? '';
  const { value: seeds } = useLive(
    () => look<{ seeds: readonly Seed[] }>('worlds.seeds'),
    [],
    () => false,
  );
  return (
    <div class="page">
      <h1>Worlds</h1>
      <p>
        One isolated world for each account SID that calls. You are looking at <code>{shown}</code>.
      </p>
      <WorldTable shown={shown} />
      <h2>Begin anew</h2>
      <p class="hint">Everything in this world goes; then it starts from a seed.</p>
      <ul class="rules">
        <li>
          <span>The seed that the server was started with</span>
          <DangerButton
            label="Reset"
            question={`Delete everything in ${shown} and begin anew?`}
            run={() => act('worlds.reset')}
            done="The world has begun anew"
          />
        </li>
        {seeds?.seeds.map(({ name, about }) => (
          <li key={name}>
            <span>
              <strong>{name}</strong> {about}
            </span>
            <DangerButton
              label={`Seed ${name}`}
              question={`Delete everything in ${shown} and begin with “${name}”?`}
              run={() => act('worlds.reset', { seed: name })}
              done="The world has begun anew"
            />
          </li>
        ))}
      </ul>
      <Snapshots />
      <Transfer />
    </div>
  );
}

function WorldTable({ shown }: { readonly shown: string }): JSX.Element {
  const all = worlds.value;
  if (all.length === 0) return <Blank title="No worlds yet" />;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label="Worlds">
      <table>
        <thead>
          <tr>
            <th scope="col">Account SID</th>
            {['services', 'conversations', 'messages', 'users'].map((kind) => (
              <th key={kind} scope="col">
                {kind}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.map(({ account_sid: account, default: isDefault, records }) => (
            <tr key={account} class={account === shown ? 'is-shown' : ''}>
              <th scope="row">
                <a href={isDefault ? '#/conversations' : href('conversations', account)}>{account}</a>
                {isDefault && ' (default)'}
              </th>
              {['services', 'conversations', 'messages', 'users'].map((kind) => (
                <td key={kind}>{records[kind]?.toLocaleString()}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
