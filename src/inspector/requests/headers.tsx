import type { JSX } from 'preact';
import { Text } from '../components/text.js';

interface HeadersProps {
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** HTTP headers, folded: there are many, and few of them matter. */
export function Headers({ title, headers }: HeadersProps): JSX.Element {
  const entries = Object.entries(headers);
  return (
    <details class="headers">
      <summary>
        {title} ({entries.length})
      </summary>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={title}>
        <table>
          <tbody>
            {entries.map(([name, value]) => (
              <tr key={name} class={name === WEBHOOK_HEADER ? 'is-shown' : ''}>
                <th scope="row">{name}</th>
                <td>
                  <Text value={value} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export const WEBHOOK_HEADER = 'x-twilio-webhook-enabled';
