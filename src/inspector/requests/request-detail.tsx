import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { CopyButton } from '../components/copy-button.js';
import { DefinitionList } from '../components/definition-list.js';
import { JsonView } from '../components/json-view.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { queryControl } from '../data/api.js';
import type { Exchange } from '../data/types.js';
import { toneOf } from './request-row.js';

interface RequestDetailProps {
  readonly exchange: Exchange;
  /** False after the log has dropped the request, which then can no longer be rendered as a snippet. */
  readonly isInLog: boolean;
}

/** A request with its response, its schema violations, and snippets to repeat it. */
export function RequestDetail({ exchange, isInLog }: RequestDetailProps): JSX.Element {
  const { id, operation, status, time, surface, account, milliseconds, violations, ignored, input, answer } = exchange;
  const selection = { after: id - 1, before: id + 1, limit: 1 };
  const snippet = (control: string) => async () => {
    const { lines } = await queryControl<{ lines: readonly string[] }>(control, selection);
    if (lines[0] === undefined) throw new Error(`Request ${id} is no longer in the log.`);
    return lines[0];
  };
  return (
    <article class="detail-page">
      <h1 class="mono">
        {operation} <Badge tone={toneOf(status)}>{status}</Badge>
      </h1>
      <div class="actions">
        <CopyButton what="as curl" disabled={!isInLog} text={snippet('journal.curl')} />
        <CopyButton what="as SDK call" disabled={!isInLog} text={snippet('journal.sdk')} />
        <CopyButton what="as scenario step" disabled={!isInLog} text={snippet('journal.step')} />
      </div>
      {!isInLog && <p class="card">This request is no longer in the log. It stays here until you leave it.</p>}
      <DefinitionList
        rows={[
          ['Time', <Timestamp at={time} />],
          ['Duration', `${milliseconds} ms`],
          ['Surface', surface],
          ['World', account ?? 'Default'],
        ]}
      />
      {violations.length > 0 && (
        <section class="card bad">
          <h2>Violations of the published schema</h2>
          <ul>
            {violations.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path === '' ? '(response)' : path}</code> <Text value={message} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {ignored.length > 0 && (
        <section class="card warn">
          <h2>Ignored fields</h2>
          <p>
            The operation has no such fields, so they were ignored, as Twilio does:{' '}
            {ignored.map((name, i) => (
              <span key={name}>
                {i > 0 && ', '}
                <code>
                  <Text value={name} />
                </code>
              </span>
            ))}
          </p>
        </section>
      )}
      <h2>Request</h2>
      <JsonView label="Request" value={input} />
      <h2>Response</h2>
      {answer === null ? <p class="hint">Empty body</p> : <JsonView label="Response" value={answer} />}
    </article>
  );
}
