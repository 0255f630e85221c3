import type { JSX } from 'preact';
import { Text } from '../components/text.js';
import type { Delivery } from '../data/types.js';

/** The effect of a pre-action webhook's response: rejected, unchanged, or the changed fields. */
export function PreActionChanges({ delivery }: { readonly delivery: Delivery }): JSX.Element | null {
  const { attempts, parameters } = delivery;
  const attempt = attempts[0];
  if (attempt === undefined) return null;
  if (attempt.status !== null && attempt.status >= 400)
    return <p class="card bad">The webhook rejected the request, so nothing was changed.</p>;
  const changes = Object.entries(fieldsOf(attempt.answer))
    .filter(([, value]) => value !== null)
    .map(([field, value]) => ({
      field,
      before: parameters[parameterOf(field)],
      after: typeof value === 'string' ? value : JSON.stringify(value),
    }))
    .filter(({ before, after }) => before !== after);
  if (changes.length === 0) return <p class="card">The webhook changed nothing.</p>;
  return (
    <>
      <h2>Changes by the webhook</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Changes">
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ field, before, after }) => (
              <tr key={field}>
                <th scope="row">
                  <Text value={field} />
                </th>
                <td>
                  <del>
                    <Text value={before ?? '—'} />
                  </del>
                </td>
                <td>
                  <ins>
                    <Text value={after} />
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

/** The parameter of a response field: the response's `friendly_name` replaces the request's `FriendlyName`. */
function parameterOf(field: string): string {
  return field.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
