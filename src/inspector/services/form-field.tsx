import type { JSX } from 'preact';
import type { FieldSchema } from '../data/types.js';
import { isBoolean, isList } from './field-values.js';

interface FormFieldProps {
  readonly name: string;
  readonly schema: FieldSchema;
  readonly isRequired: boolean;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** One of Twilio's form fields under its own name. */
export function FormField({ name, schema, isRequired, text, onChange }: FormFieldProps): JSX.Element {
  const id = `field-${name}`;
  const hint = isList(schema) ? `${schema.description ?? ''} One per line.`.trim() : schema.description;
  return (
    <div class="form-field">
      <label for={id}>
        {name}
        {isRequired && <span class="hint"> (required)</span>}
      </label>
      <Control
        id={id}
        name={name}
        schema={schema}
        text={text}
        isRequired={isRequired}
        describedBy={hint === undefined ? undefined : `${id}-hint`}
        onChange={onChange}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ControlProps extends FormFieldProps {
  readonly id: string;
  readonly describedBy: string | undefined;
}

/** The published description has these fields as plain texts. */
const MULTI_LINE = /(?:Attributes|Certificate|PrivateKey|Secret|Template)$/;

function Control({ id, name, schema, text, isRequired, describedBy, onChange }: ControlProps): JSX.Element {
  const common = { id, required: isRequired, 'aria-describedby': describedBy };
  const options = isBoolean(schema) ? ['true', 'false'] : schema.enum?.filter((each) => each !== null);
  if (options !== undefined) {
    return (
      <select {...common} value={text} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">Not set</option>
        {options.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    );
  }
  if (isList(schema) || MULTI_LINE.test(name)) {
    return (
      <textarea {...common} rows={3} value={text} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
    );
  }
  return (
    <input
      {...common}
      type="text"
      autocomplete="off"
      value={text}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
