import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act, look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { useLive } from '../base/live.js';
import { world } from '../base/route.js';
import { Text } from '../base/text.js';
import { Button, DangerButton } from '../base/widgets.js';

/** Moments of the world to come back to, and what is different since. */
export function Snapshots(): JSX.Element {
  const { value } = useLive(
    () => look<{ names: readonly string[] }>('worlds.snapshots'),
    [world.value],
    ({ name }) => name?.startsWith('worlds.') === true,
  );
  const [name, setName] = useState('before');
  const [compared, compare] = useState<string | undefined>(undefined);
  return (
    <>
      <h2>Snapshots</h2>
      <div class="actions">
        <input
          aria-label="Name of the snapshot"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button run={() => act('worlds.snapshot', { name })} done="Remembered" disabled={name === ''}>
          Take a snapshot
        </Button>
      </div>
      <ul class="rules">
        {value?.names.map((each) => (
          <li key={each}>
            <strong>
              <Text value={each} />
            </strong>
            <button
              type="button"
              aria-pressed={compared === each}
              onClick={() => compare(compared === each ? undefined : each)}
            >
              What is different?
            </button>
            <DangerButton
              label="Restore"
              question={`Put the world back to “${each}”? What happened since is lost.`}
              run={() => act('worlds.restore', { name: each })}
              done="Restored"
            />
          </li>
        ))}
      </ul>
      {compared !== undefined && <Difference key={compared} from={compared} />}
    </>
  );
}

function Difference({ from }: { readonly from: string }): JSX.Element | null {
  const { value, error } = useLive(
    () => look<{ lines: readonly string[] }>('worlds.diff', { from }),
    [from],
    changesRecords,
  );
  if (value === undefined) return error === undefined ? null : <p class="failure">{error.message}</p>;
  if (value.lines.length === 0) return <p class="box">Nothing is different.</p>;
  return (
    <pre class="diff" tabIndex={0}>
      <Text value={value.lines.join('\n')} />
    </pre>
  );
}
