import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from '../components/copy-button.js';
import { EmptyState } from '../components/empty-state.js';
import { MediaFileView } from '../components/media-file.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import type { MediaFile } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { DeleteButton } from './delete-button.js';
import type { TwilioRecord } from './field-values.js';
import { RecordFields } from './record-fields.js';
import { RecordForm } from './record-form.js';
import { kindOf, type ResourceKind } from './resources.js';

interface RecordResponse {
  readonly kind: string;
  readonly record: TwilioRecord & { readonly sid: string };
  readonly service_sid: string | null;
  readonly conversation_sid: string | null;
  readonly message_sid?: string;
  /** Of a file: see `MediaFile`. */
  readonly link?: string | null;
}

/** Any record by its SID. Services, conversations and messages redirect to their own pages. */
export function RecordPage({ rest: [sid = ''] }: { readonly rest: readonly string[] }): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<RecordResponse>('records.show', { sid }),
    [sid, world.value],
    mayChangeRecords,
  );
  const ownPage = value === undefined ? undefined : ownPageOf(value);
  useEffect(() => {
    if (ownPage !== undefined) location.replace(href(ownPage));
  }, [ownPage]);
  if (value === undefined) {
    return error === undefined ? (
      <EmptyState isPage title="Loading…" />
    ) : (
      <EmptyState isPage title={sid}>
        <p>{error.message}</p>
      </EmptyState>
    );
  }
  const resource = kindOf(value.kind);
  return (
    <article class="detail-page">
      <h1 class="mono">{sid}</h1>
      <div class="actions">
        <CopyButton what="SID" text={() => sid} />
        {resource !== undefined && <RecordActions resource={resource} found={value} />}
        {value.conversation_sid !== null && (
          <a href={href(`conversations/${value.conversation_sid}`)}>Open conversation</a>
        )}
      </div>
      {value.kind === 'media' && (
        <MediaFileView file={{ ...(value.record as unknown as MediaFile), link: value.link ?? null }} />
      )}
      <h2>{resource?.singular ?? value.kind}</h2>
      <RecordFields label={resource?.singular ?? value.kind} record={value.record} />
    </article>
  );
}

interface RecordActionsProps {
  readonly resource: ResourceKind;
  readonly found: RecordResponse;
}

function RecordActions({ resource, found }: RecordActionsProps): JSX.Element {
  const { noun, scope, singular, verbs } = resource;
  const { record, service_sid: service, conversation_sid: conversation } = found;
  const [isEditing, setEditing] = useState(false);
  const path = { ChatServiceSid: service ?? '', ConversationSid: conversation ?? '', Sid: record.sid };
  return (
    <>
      {verbs.includes('update') && (
        <button type="button" onClick={() => setEditing(true)}>
          Edit
        </button>
      )}
      {verbs.includes('delete') && (
        <DeleteButton
          singular={singular}
          name={record.sid}
          operation={{ noun, scope }}
          path={path}
          onDeleted={() => history.back()}
        />
      )}
      {service !== null && <a href={href(`services/${service}`)}>Open service</a>}
      {isEditing && (
        <RecordForm
          title={`Edit ${singular} ${record.sid}`}
          operation={{ noun, scope, verb: 'update' }}
          path={path}
          record={record}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}

function ownPageOf({
  kind,
  record,
  conversation_sid: conversation,
  message_sid: message,
}: RecordResponse): string | undefined {
  if (kind === 'services') return `services/${record.sid}`;
  if (kind === 'conversations') return `conversations/${record.sid}`;
  return message === undefined || conversation === null ? undefined : `conversations/${conversation}/${message}`;
}
