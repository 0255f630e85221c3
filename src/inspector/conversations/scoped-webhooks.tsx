import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { ErrorMessage } from '../components/error-message.js';
import { SidLink } from '../components/sid-link.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import type { Conversation } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { DeleteButton } from '../services/delete-button.js';
import { RecordFields } from '../services/record-fields.js';
import { RecordForm } from '../services/record-form.js';
import { resourceKinds } from '../services/resources.js';

interface ScopedWebhook extends Readonly<Record<string, unknown>> {
  readonly sid: string;
  readonly target: string;
  readonly configuration: unknown;
}

const { noun, scope, singular } = resourceKinds.scopedWebhooks;

/** The webhooks of one conversation, with forms to add and change them. */
export function ScopedWebhooks({ conversation }: { readonly conversation: Conversation }): JSX.Element {
  const { sid: conversationSid, service_sid: ChatServiceSid } = conversation;
  const [open, setOpen] = useState<{ readonly record?: ScopedWebhook } | undefined>(undefined);
  const { value, error } = useLiveQuery(
    () =>
      queryControl<{ records: readonly ScopedWebhook[] }>('records.list', {
        kind: 'webhooks',
        conversation: conversationSid,
      }),
    [conversationSid],
    mayChangeRecords,
  );
  const path = { ChatServiceSid, ConversationSid: conversationSid };
  return (
    <>
      <h2>Webhooks</h2>
      <ErrorMessage error={error} />
      {value?.records.length === 0 && (
        <p class="hint">No conversation-scoped webhooks. See the service for its webhooks.</p>
      )}
      {value?.records.map((record) => (
        <div key={record.sid} class="scoped-webhook">
          <div class="actions">
            <Badge tone="neutral">{record.target}</Badge> <SidLink value={record.sid} />
            <button type="button" onClick={() => setOpen({ record })}>
              Edit
            </button>
            <DeleteButton
              singular={singular}
              name={record.sid}
              operation={{ noun, scope }}
              path={{ ...path, Sid: record.sid }}
            />
          </div>
          <RecordFields label={`Configuration of ${record.sid}`} record={{ configuration: record.configuration }} />
        </div>
      ))}
      {conversation.state !== 'closed' && (
        <div class="actions">
          <button type="button" onClick={() => setOpen({})}>
            Create webhook
          </button>
        </div>
      )}
      {open !== undefined && (
        <RecordForm
          title={open.record === undefined ? 'Create webhook' : `Edit webhook ${open.record.sid}`}
          operation={{ noun, scope, verb: open.record === undefined ? 'create' : 'update' }}
          path={open.record === undefined ? path : { ...path, Sid: open.record.sid }}
          record={open.record}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
