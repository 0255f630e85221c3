import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { ConfirmButton } from '../components/confirm-button.js';
import { Text } from '../components/text.js';
import { queryControl, runControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';

/** The shown world's snapshots, to compare with its current state or to restore. */
export function Snapshots(): JSX.Element {
  const { value } = useLiveQuery(
    () => queryControl<{ names: readonly string[] }>('worlds.snapshots'),
    [world.value],
    ({ name }) => name?.startsWith('worlds.') === true || name?.startsWith('snapshots.') === true,
  );
  const [name, setName] = useState('before');
  const [comparedName, setComparedName] = useState<string | undefined>(undefined);
  return (
    <>
      <h2>Snapshots</h2>
      <div class="actions">
        <input aria-label="Snapshot name" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
        <Button onPress={() => runControl('worlds.snapshot', { name })} done="Snapshot taken" disabled={name === ''}>
          Take snapshot
        </Button>
      </div>
      <ul class="items">
        {value?.names.map((each) => (
          <li key={each}>
            <strong>
              <Text value={each} />
            </strong>
            <button
              type="button"
              aria-pressed={comparedName === each}
              onClick={() => setComparedName(comparedName === each ? undefined : each)}
            >
              Compare
            </button>
            <ConfirmButton
              label="Restore"
              question={`Restore the snapshot “${each}”? All later changes are lost.`}
              onConfirm={() => runControl('worlds.restore', { name: each })}
              done="Snapshot restored"
            />
            <ConfirmButton
              label="Delete"
              question={`Delete the snapshot “${each}”?`}
              onConfirm={() => runControl('snapshots.delete', { name: each })}
              done="Snapshot deleted"
            />
          </li>
        ))}
      </ul>
      {comparedName !== undefined && <Difference key={comparedName} snapshot={comparedName} />}
    </>
  );
}

function Difference({ snapshot }: { readonly snapshot: string }): JSX.Element | null {
  const { value, error } = useLiveQuery(
    () => queryControl<{ lines: readonly string[] }>('worlds.diff', { from: snapshot }),
    [snapshot],
    mayChangeRecords,
  );
  if (value === undefined) return error === undefined ? null : <p class="error">{error.message}</p>;
  if (value.lines.length === 0) return <p class="card">No differences</p>;
  return (
    <pre class="diff" tabIndex={0}>
      <Text value={value.lines.join('\n')} />
    </pre>
  );
}
