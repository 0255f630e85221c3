import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../data/api.js';
import { callOperation, findOperation, type OperationForm, type OperationKey } from '../data/operations.js';
import { showToast } from '../components/toast.js';
import { changedFields, fieldText, type TwilioRecord } from './field-values.js';
import { FormField } from './form-field.js';

export interface RecordFormProps {
  readonly title: string;
  readonly operation: OperationKey;
  /** The SIDs in the path by placeholder, e.g. `ChatServiceSid`. */
  readonly path: Readonly<Record<string, string>>;
  /** The record to update, as Twilio's JSON; none to create one. */
  readonly record?: TwilioRecord | undefined;
  readonly onClose: () => void;
}

/** A dialog with the form fields of an operation. It sends the fields that were changed. */
export function RecordForm(props: RecordFormProps): JSX.Element {
  const { title, operation, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [form, setForm] = useState<OperationForm | undefined>(undefined);
  const [error, setError] = useState<Error | undefined>(undefined);
  useEffect(() => {
    dialog.current?.showModal();
    const { noun, verb } = operation;
    const missing = new Error(`The loaded capability files have no operation to ${verb} ${noun}.`);
    findOperation(operation).then((found) => (found === undefined ? setError(missing) : setForm(found)), setError);
  }, []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog ref={dialog} class="record-form" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {form === undefined ? (
        <>
          {error === undefined ? <p>Loading…</p> : <p role="alert">{error.message}</p>}
          <div class="actions">
            <button type="button" onClick={close}>
              Close
            </button>
          </div>
        </>
      ) : (
        <Fields {...props} form={form} close={close} />
      )}
    </dialog>
  );
}

interface FieldsProps extends RecordFormProps {
  readonly form: OperationForm;
  readonly close: () => void;
}

function Fields({ form, record, path, operation, close }: FieldsProps): JSX.Element {
  const [texts, setTexts] = useState(
    () => new Map(form.fields.map(([name]) => [name, fieldText(record, name)] as const)),
  );
  const isOptional = ([name]: (typeof form.fields)[number]): boolean => !form.required.has(name);
  const requiredFirst = form.fields.toSorted((a, b) => Number(isOptional(a)) - Number(isOptional(b)));
  const [firesWebhooks, setFiresWebhooks] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error | undefined>(undefined);

  async function submit(): Promise<void> {
    setBusy(true);
    try {
      await callOperation(form, { path, fields: changedFields(form.fields, texts, record), firesWebhooks });
      showToast(operation.verb === 'create' ? 'Created' : 'Saved');
      close();
    } catch (failure) {
      setError(failure as Error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="fields">
        {requiredFirst.map(([name, schema]) => (
          <FormField
            key={name}
            name={name}
            schema={schema}
            isRequired={form.required.has(name)}
            text={texts.get(name) ?? ''}
            onChange={(text) => setTexts(new Map(texts).set(name, text))}
          />
        ))}
      </div>
      {form.canFireWebhooks && (
        <label class="checkbox">
          <input
            type="checkbox"
            checked={firesWebhooks}
            onChange={({ currentTarget }) => setFiresWebhooks(currentTarget.checked)}
          />
          Fire webhooks (sends <code>X-Twilio-Webhook-Enabled: true</code>)
        </label>
      )}
      {error !== undefined && <Refusal error={error} />}
      <div class="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={isBusy}>
          {operation.verb === 'create' ? 'Create' : 'Save'}
        </button>
      </div>
    </form>
  );
}

/** Twilio's message, with its code as a link to the documentation. */
function Refusal({ error }: { readonly error: Error }): JSX.Element {
  return (
    <p class="error" role="alert">
      {error.message}{' '}
      {error instanceof ApiError && error.moreInfo !== undefined && (
        <a href={error.moreInfo} target="_blank" rel="noreferrer">
          Error {error.code}
        </a>
      )}
    </p>
  );
}
