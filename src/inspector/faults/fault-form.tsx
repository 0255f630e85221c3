import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../base/widgets.js';

interface Draft {
  readonly operation: string;
  readonly status: string;
  readonly code: string;
  readonly latency: string;
  readonly probability: string;
  readonly times: string;
}

const empty: Draft = { operation: '', status: '', code: '', latency: '', probability: '', times: '' };

const fields: readonly (readonly [name: keyof Draft, label: string, hint: string])[] = [
  ['operation', 'Operation', 'any; * for any characters'],
  ['status', 'Status', 'e.g. 429'],
  ['code', 'Twilio code', 'the usual one'],
  ['latency', 'Latency in ms', 'none'],
  ['probability', 'Probability', '0 to 1; always'],
  ['times', 'How often', 'without end'],
];

/** A rule of one's own. */
export function FaultForm({ add }: { readonly add: (rule: object) => Promise<void> }): JSX.Element {
  const [draft, setDraft] = useState(empty);
  return (
    <details class="form">
      <summary>A rule of your own</summary>
      <div class="fields">
        {fields.map(([name, label, hint]) => (
          <label key={name}>
            {label}
            <input
              value={draft[name]}
              placeholder={hint}
              inputMode={name === 'operation' ? 'text' : 'decimal'}
              onInput={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <Button
        class="primary"
        run={async () => {
          await add(ruleOf(draft));
          setDraft(empty);
        }}
        done="Added"
      >
        Add the rule
      </Button>
    </details>
  );
}

/** Left empty is left out; the server says what is wrong with the rest. */
function ruleOf({ operation, latency, ...numbers }: Draft): object {
  const given = Object.entries(numbers).filter(([, text]) => text !== '');
  return {
    ...(operation === '' ? {} : { operation }),
    ...(latency === '' ? {} : { latency: { min: Number(latency), max: Number(latency) } }),
    ...Object.fromEntries(given.map(([name, text]) => [name, Number(text)])),
  };
}
