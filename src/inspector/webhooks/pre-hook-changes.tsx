import type { JSX } from 'preact';
import { Text } from '../base/text.js';
import type { Delivery } from '../base/types.js';

/** What a hook that is asked before the action has made of it: refused, let through, or changed, before beside after. */
export function ChangeTable({
  delivery: { attempts, parameters },
}: {
  readonly delivery: Delivery;
}): JSX.Element | null {
  const attempt = attempts[0];
  if (attempt === undefined) return null;
  if (attempt.status !== null && attempt.status >= 400)
    return <p class="box bad">The hook refused: nothing was done.</p>;
  const changes = Object.entries(fieldsOf(attempt.answer)).filter(([, value]) => value !== null);
  if (changes.length === 0) return <p class="box">The hook let it through as it was.</p>;
  return (
    <>
      <h2>What the hook changed</h2>
      <div class="table-box" tabIndex={0} role="group" aria-label="Changes">
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(([field, value]) => (
              <tr key={field}>
                <th scope="row">
                  <Text value={field} />
                </th>
                <td>
                  <del>
                    <Text value={parameters[parameterOf(field)] ?? '—'} />
                  </del>
                </td>
                <td>
                  <ins>
                    <Text value={typeof value === 'string' ? value : JSON.stringify(value)} />
                  </ins>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function fieldsOf(answer: string): Readonly<Record<string, unknown>> {
  try {
    const fields: unknown = JSON.parse(answer);
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? (fields as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** A hook answers `friendly_name` to what it was told as `FriendlyName`. */
function parameterOf(field: string): string {
  return field.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
