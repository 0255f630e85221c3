import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { OperationKey } from '../data/operations.js';
import type { TwilioRecord } from './field-values.js';
import { RecordFields } from './record-fields.js';
import { RecordForm } from './record-form.js';

interface SettingProps {
  readonly title: string;
  readonly operation: Omit<OperationKey, 'verb'>;
  readonly path: Readonly<Record<string, string>>;
  readonly value: TwilioRecord;
}

/** A configuration, of which there is one per service or account, with a form to change it. */
export function Setting({ title, operation, path, value }: SettingProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="setting" aria-label={title}>
      <div class="actions">
        <h2>{title}</h2>
        <button type="button" onClick={() => setOpen(true)}>
          Edit<span class="visually-hidden"> {title}</span>
        </button>
      </div>
      <RecordFields label={title} record={value} />
      {isOpen && (
        <RecordForm
          title={`Edit ${title}`}
          operation={{ ...operation, verb: 'update' }}
          path={path}
          record={value}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}
