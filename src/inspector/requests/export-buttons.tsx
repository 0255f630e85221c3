import type { JSX } from 'preact';
import { Button } from '../components/button.js';
import { download } from '../components/download.js';
import { runControl } from '../data/api.js';
import type { Exchange } from '../data/types.js';

/** Saves the given requests as files for other tools. */
export function ExportButtons({ exchanges }: { readonly exchanges: readonly Exchange[] }): JSX.Element {
  const ids = exchanges.map(({ id }) => id);
  const selection = { ids, limit: 1000 };
  return (
    <>
      <Button
        class="quiet"
        disabled={ids.length === 0}
        title="Save as an HTTP Archive, without secrets"
        onPress={async () => {
          const har = await runControl<object>('journal.har', selection);
          download(JSON.stringify(har, null, 2), 'understudy.har', 'application/json');
        }}
      >
        HAR
      </Button>
      <Button
        class="quiet"
        disabled={ids.length === 0}
        title="Save as a contract scenario"
        onPress={async () => {
          const { text } = await runControl<{ text: string }>('journal.scenario', selection);
          download(text, 'exported-requests.yaml', 'application/yaml');
        }}
      >
        Scenario
      </Button>
    </>
  );
}
