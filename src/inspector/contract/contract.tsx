import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act, look } from '../base/api.js';
import { useLive } from '../base/live.js';
import { say } from '../base/notice.js';
import { mayChange } from '../base/server.js';
import { Blank, Failure } from '../base/widgets.js';
import { Report } from './report.js';
import type { ContractReport } from './types.js';

/** The last report of the contract suite: drift by drift, what was expected beside what came. */
export function Contract(): JSX.Element {
  const { value, error } = useLive(
    () => look<{ report: ContractReport | null }>('contract.show'),
    [],
    ({ name }) => name === 'contract.keep',
  );
  return (
    <div class="page">
      <h1>Contract</h1>
      <Failure error={error} />
      {value?.report === null && (
        <Blank title="No report yet">
          <p>
            The contract suite tells where the simulator, a recording and live Twilio differ. Run it and show its report
            here:
          </p>
          <pre tabIndex={0}>
            npx understudy contract --report json=report.json{'\n'}
            npx understudy control contract.keep report@report.json --url {location.origin}
          </pre>
        </Blank>
      )}
      {mayChange() && <OpenReport />}
      {value?.report != null && <Report report={value.report} />}
    </div>
  );
}

function OpenReport(): JSX.Element {
  const [busy, setBusy] = useState(false);
  const upload = async (field: HTMLInputElement): Promise<void> => {
    const [file] = field.files ?? [];
    if (file === undefined) return;
    setBusy(true);
    try {
      await act('contract.keep', { report: JSON.parse(await file.text()) as unknown });
    } catch (error) {
      say((error as Error).message, 'bad');
    }
    field.value = '';
    setBusy(false);
  };
  return (
    <div class="actions">
      <label class="button">
        {busy ? 'Opening…' : 'Open a report'}
        <input
          type="file"
          accept="application/json,.json"
          class="hidden"
          onChange={({ currentTarget }) => void upload(currentTarget)}
        />
      </label>
    </div>
  );
}
