import type { JSX } from 'preact';
import { ConfirmButton } from '../components/confirm-button.js';
import { EmptyState } from '../components/empty-state.js';
import { queryControl, runControl } from '../data/api.js';
import { defaultAccount } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import { worlds } from '../data/server.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { Copies } from './copies.js';
import { Snapshots } from './snapshots.js';

interface Seed {
  readonly name: string;
  readonly about: string;
}

/** All worlds, and the actions on the shown one: reset, snapshots, copies. */
export function Worlds(): JSX.Element {
  const shown = world.value ?? defaultAccount.value ?? '';
  const { value: seeds } = useLiveQuery(
    () => queryControl<{ seeds: readonly Seed[] }>('worlds.seeds'),
    [],
    () => false,
  );
  return (
    <div class="page">
      <h1>Worlds</h1>
      <p>
        Each account SID has its own isolated world. You are viewing <code>{shown}</code>.
      </p>
      <WorldTable shown={shown} />
      <h2>Reset</h2>
      <p class="hint">Deletes everything in this world and loads a seed.</p>
      <ul class="items">
        <li>
          <span>The seed that the server was started with</span>
          <ConfirmButton
            label="Reset"
            question={`Delete everything in ${shown} and load the initial seed?`}
            onConfirm={() => runControl('worlds.reset')}
            done="World reset"
          />
        </li>
        {seeds?.seeds.map(({ name, about }) => (
          <li key={name}>
            <span>
              <strong>{name}</strong> {about}
            </span>
            <ConfirmButton
              label={`Reset to ${name}`}
              question={`Delete everything in ${shown} and load the seed “${name}”?`}
              onConfirm={() => runControl('worlds.reset', { seed: name })}
              done="World reset"
            />
          </li>
        ))}
      </ul>
      <h2>Delete</h2>
      <p class="hint">Removes this world with its snapshots. The next request of the account gets a new world.</p>
      <div class="actions">
        <ConfirmButton
          label="Delete world"
          question={`Delete ${shown} with its snapshots?`}
          onConfirm={() => runControl('worlds.delete')}
          done="World deleted"
        />
      </div>
      <Snapshots />
      <Copies />
    </div>
  );
}

function WorldTable({ shown }: { readonly shown: string }): JSX.Element {
  const all = worlds.value;
  const isShared = all.some(({ server }) => server !== undefined);
  if (all.length === 0) return <EmptyState title="No worlds yet" />;
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Worlds">
      <table>
        <thead>
          <tr>
            <th scope="col">Account SID</th>
            {['services', 'conversations', 'messages', 'users'].map((kind) => (
              <th key={kind} scope="col">
                {kind}
              </th>
            ))}
            {isShared && <th scope="col">in memory of</th>}
          </tr>
        </thead>
        <tbody>
          {all.map(({ account_sid: account, default: isDefault, records, server }) => (
            <tr key={account} class={account === shown ? 'is-shown' : ''}>
              <th scope="row">
                <a href={isDefault ? '#/conversations' : href('conversations', account)}>{account}</a>
                {isDefault && ' (default)'}
              </th>
              {['services', 'conversations', 'messages', 'users'].map((kind) => (
                <td key={kind}>{records?.[kind]?.toLocaleString() ?? '–'}</td>
              ))}
              {isShared && <td>{server ?? 'none'}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
