import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { download } from '../components/download.js';
import { showToast } from '../components/toast.js';
import { queryControl, runControl } from '../data/api.js';
import { navigate } from '../data/route.js';

/** Copies the shown world to another account or to a file, and loads a world from a file. */
export function Copies(): JSX.Element {
  const [account, setAccount] = useState(`AC${'1'.repeat(32)}`);
  return (
    <>
      <h2>Copy, export, import</h2>
      <div class="actions">
        <input
          class="wide mono"
          aria-label="Account SID for the copy"
          value={account}
          onInput={({ currentTarget }) => setAccount(currentTarget.value)}
        />
        <Button
          onPress={async () => {
            await runControl('worlds.fork', { to: account });
            navigate('conversations', account);
          }}
          done="World copied; you are viewing the copy"
        >
          Copy to this account
        </Button>
      </div>
      <div class="actions">
        <Button onPress={exportWorld}>Export to file</Button>
        <label class="button">
          Import from file
          <input
            type="file"
            accept="application/json,.json"
            class="visually-hidden"
            onChange={({ currentTarget }) => void upload(currentTarget)}
          />
        </label>
      </div>
    </>
  );
}

async function exportWorld(): Promise<void> {
  const text = JSON.stringify(await queryControl('worlds.export'), null, 2);
  download(text, 'understudy-world.json', 'application/json');
}

async function upload(field: HTMLInputElement): Promise<void> {
  const [file] = field.files ?? [];
  if (file === undefined) return;
  try {
    const document: unknown = JSON.parse(await file.text());
    await runControl('worlds.import', { document });
    showToast('World imported');
  } catch (error) {
    showToast((error as Error).message, 'bad');
  }
  field.value = '';
}
