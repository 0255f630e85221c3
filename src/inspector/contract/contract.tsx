import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { showToast } from '../components/toast.js';
import { queryControl, runControl } from '../data/api.js';
import { canMakeChanges } from '../data/server.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { Report } from './report.js';
import type { ContractReport } from './types.js';

/** The report of the last contract run that was uploaded to this server. */
export function Contract(): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<{ report: ContractReport | null }>('contract.show'),
    [],
    ({ name }) => name === 'contract.keep',
  );
  return (
    <div class="page">
      <h1>Contract</h1>
      <ErrorMessage error={error} />
      {value?.report === null && (
        <EmptyState title="No report yet">
          <p>
            The contract suite compares the simulator with a recording or with live Twilio. Run it and upload its
            report:
          </p>
          <pre tabIndex={0}>
            npx understudy contract --report json=report.json{'\n'}
            npx understudy control contract.keep report@report.json --url {location.origin}
          </pre>
        </EmptyState>
      )}
      {canMakeChanges() && <OpenReport />}
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
      await runControl('contract.keep', { report: JSON.parse(await file.text()) as unknown });
    } catch (error) {
      showToast((error as Error).message, 'bad');
    }
    field.value = '';
    setBusy(false);
  };
  return (
    <div class="actions">
      <label class="button">
        {busy ? 'Opening…' : 'Open report file'}
        <input
          type="file"
          accept="application/json,.json"
          class="visually-hidden"
          onChange={({ currentTarget }) => void upload(currentTarget)}
        />
      </label>
    </div>
  );
}
