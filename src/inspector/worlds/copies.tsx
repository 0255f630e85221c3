import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act, look } from '../base/api.js';
import { say } from '../base/notice.js';
import { go } from '../base/route.js';
import { Button } from '../base/widgets.js';

/** Copies of the world: into another account, into a file, and back. */
export function Transfer(): JSX.Element {
  const [account, setAccount] = useState(`AC${'1'.repeat(32)}`);
  return (
    <>
      <h2>Copies</h2>
      <div class="actions">
        <input
          class="wide mono"
          aria-label="Account SID of the copy"
          value={account}
          onInput={({ currentTarget }) => setAccount(currentTarget.value)}
        />
        <Button
          run={async () => {
            await act('worlds.fork', { to: account });
            go('conversations', account);
          }}
          done="This is the copy"
        >
          Fork into this account
        </Button>
      </div>
      <div class="actions">
        <Button run={download}>Export to a file</Button>
        <label class="button">
          Import from a file
          <input
            type="file"
            accept="application/json,.json"
            class="hidden"
            onChange={({ currentTarget }) => void upload(currentTarget)}
          />
        </label>
      </div>
    </>
  );
}

async function download(): Promise<void> {
  const text = JSON.stringify(await look('worlds.export'), null, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'understudy-world.json';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function upload(field: HTMLInputElement): Promise<void> {
  const [file] = field.files ?? [];
  if (file === undefined) return;
  try {
    const document: unknown = JSON.parse(await file.text());
    await act('worlds.import', { document });
    say('Imported');
  } catch (error) {
    say((error as Error).message, 'bad');
  }
  field.value = '';
}
