import { Fragment, type JSX } from 'preact';
import { JsonView } from '../components/json-view.js';
import { FieldValue } from './field-value.js';
import { flatFields, type TwilioRecord } from './field-values.js';

interface RecordFieldsProps {
  /** Names the table and the JSON for screen readers. */
  readonly label: string;
  readonly record: TwilioRecord;
}

/** A record as a table in Twilio's field names, and as JSON on demand. */
export function RecordFields({ label, record }: RecordFieldsProps): JSX.Element {
  return (
    <div class="record-fields">
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {flatFields(record).map(([path, value]) => (
            <tr key={path}>
              <th scope="row">{breakable(path)}</th>
              <td>
                <FieldValue value={value} isWhole />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>Show as JSON</summary>
        <JsonView label={label} value={record} />
      </details>
    </div>
  );
}

/** The path with the places where a line may break: after a dot or an underscore. */
function breakable(path: string): JSX.Element[] {
  return path.split(/(?<=[._])/).map((part, i) => (
    <Fragment key={i}>
      {part}
      <wbr />
    </Fragment>
  ));
}
