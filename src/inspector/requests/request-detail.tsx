import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { CopyButton } from '../components/copy-button.js';
import { DefinitionList } from '../components/definition-list.js';
import { FaultNote } from '../components/fault-note.js';
import { JsonView } from '../components/json-view.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { queryControl } from '../data/api.js';
import { isSimulated } from '../data/server.js';
import type { Exchange } from '../data/types.js';
import { Waterfall } from '../threads/waterfall.js';
import { errorOf } from './filter.js';
import { Headers, WEBHOOK_HEADER } from './headers.js';
import { toneOf } from './request-row.js';
import { formatMilliseconds } from '../components/milliseconds.js';

interface RequestDetailProps {
  readonly exchange: Exchange;
  /** False after the log has dropped the request, which then can no longer be rendered as a snippet. */
  readonly isInLog: boolean;
}

/** A request with its response, its schema violations, and snippets to repeat it. */
export function RequestDetail({ exchange, isInLog }: RequestDetailProps): JSX.Element {
  const { id, operation, method, url, status, time, surface, account, milliseconds, violations, ignored } = exchange;
  const { input, answer, headers, fault, server } = exchange;
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
      <p class="mono request-line">
        <strong>{method}</strong> <Text value={url} />
      </p>
      <ErrorCard exchange={exchange} />
      {fault !== null && <FaultNote fault={fault} />}
      <div class="actions">
        <CopyButton what="as curl" disabled={!isInLog} text={snippet('journal.curl')} />
        <CopyButton what="as SDK call" disabled={!isInLog} text={snippet('journal.sdk')} />
        <CopyButton what="as scenario step" disabled={!isInLog} text={snippet('journal.step')} />
      </div>
      {!isInLog && <p class="card">This request is no longer in the log. It stays here until you leave it.</p>}
      <DefinitionList
        rows={[
          ['Time', <Timestamp at={time} />],
          ['Duration', formatMilliseconds(milliseconds)],
          ['Surface', surface],
          ['World', account ?? 'Default'],
          ...(server === undefined ? [] : [['Server', server] as const]),
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
      {isSimulated() && method !== 'GET' && isInLog && (
        <>
          <h2>Thread</h2>
          <Waterfall start={{ exchange: id }} />
        </>
      )}
      <h2>Request</h2>
      <WebhookHint exchange={exchange} />
      {headers !== null && <Headers title="Request headers" headers={headers.request} />}
      <JsonView label="Request" value={input} />
      <h2>Response</h2>
      {headers !== null && <Headers title="Response headers" headers={headers.response} />}
      {answer === null ? <p class="hint">Empty body</p> : <JsonView label="Response" value={answer} />}
    </article>
  );
}

/** The error of a response, with a link to its documentation. */
function ErrorCard({ exchange }: { readonly exchange: Exchange }): JSX.Element | null {
  const error = errorOf(exchange);
  if (error === undefined) return null;
  const { code, message, documentation } = error;
  return (
    <section class="card bad">
      <h2>
        {documentation === undefined ? (
          code
        ) : (
          <a href={documentation} target="_blank" rel="noreferrer">
            Error {code}
          </a>
        )}
      </h2>
      <p>
        <Text value={message} />
      </p>
    </section>
  );
}

/** A missing header is the usual reason why a write fires no webhooks. */
function WebhookHint({ exchange }: { readonly exchange: Exchange }): JSX.Element | null {
  const { method, status, headers } = exchange;
  if (method === 'GET' || status >= 400 || headers === null) return null;
  if (headers.request[WEBHOOK_HEADER]?.toLowerCase() === 'true') return null;
  return (
    <p class="hint">
      Without the header <code>X-Twilio-Webhook-Enabled: true</code>, this request fired no webhooks.
    </p>
  );
}
