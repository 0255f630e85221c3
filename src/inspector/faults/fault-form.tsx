import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../components/button.js';

interface Draft {
  readonly operation: string;
  readonly status: string;
  readonly code: string;
  readonly latency: string;
  readonly probability: string;
  readonly times: string;
}

const empty: Draft = { operation: '', status: '', code: '', latency: '', probability: '', times: '' };

const fields: readonly (readonly [name: keyof Draft, label: string, placeholder: string])[] = [
  ['operation', 'Operation', 'all; * is a wildcard'],
  ['status', 'HTTP status', 'e.g. 429'],
  ['code', 'Twilio error code', 'default for the status'],
  ['latency', 'Latency (ms)', 'none'],
  ['probability', 'Probability (0 to 1)', '1'],
  ['times', 'Maximum triggers', 'unlimited'],
];

/** A form for a custom fault rule. */
export function FaultForm({ add }: { readonly add: (rule: object) => Promise<void> }): JSX.Element {
  const [draft, setDraft] = useState(empty);
  return (
    <details class="form">
      <summary>Custom rule</summary>
      <div class="fields">
        {fields.map(([name, label, placeholder]) => (
          <label key={name}>
            {label}
            <input
              value={draft[name]}
              placeholder={placeholder}
              inputMode={name === 'operation' ? 'text' : 'decimal'}
              onInput={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <Button
        class="primary"
        onPress={async () => {
          await add(ruleOf(draft));
          setDraft(empty);
        }}
        done="Rule added"
      >
        Add rule
      </Button>
    </details>
  );
}

/** Omits empty fields. The server validates the others. */
function ruleOf({ operation, latency, ...numbers }: Draft): object {
  const filled = Object.entries(numbers).filter(([, text]) => text !== '');
  return {
    ...(operation === '' ? {} : { operation }),
    ...(latency === '' ? {} : { latency: { min: Number(latency), max: Number(latency) } }),
    ...Object.fromEntries(filled.map(([name, text]) => [name, Number(text)])),
  };
}
