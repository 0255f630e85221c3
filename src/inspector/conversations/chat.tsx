import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { ConnectionError, queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import type { Conversation, Message } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { usePagedList } from '../data/use-paged-list.js';
import { ChatHeader } from './chat-header.js';
import { Composer } from './composer.js';
import { DetailsPanel } from './details-panel.js';
import { MessageList } from './message-list.js';
import { RecentWebhooks } from './recent-webhooks.js';

/** Where a message is in its conversation, as `records.show` reports it. */
interface MessageLocation {
  readonly message_sid?: string;
  readonly position?: number;
}

/** One conversation as a chat, with its message composer and details. */
export function Chat({ sid, selected }: { readonly sid: string; readonly selected: string | undefined }): JSX.Element {
  const [areDetailsOpen, setDetailsOpen] = useState(false);
  const { value: conversation, error } = useLiveQuery(
    () => queryControl<Conversation>('conversations.show', { sid }),
    [sid],
    mayChangeRecords,
  );
  const { value: location } = useLiveQuery<MessageLocation>(
    () =>
      selected === undefined ? Promise.resolve({}) : queryControl<MessageLocation>('records.show', { sid: selected }),
    [selected],
    () => false,
  );
  const messages = usePagedList<Message>(
    async (start, limit) => {
      const found = await queryControl<{ total: number; messages: readonly Message[] }>('conversations.messages', {
        conversation: sid,
        start,
        limit,
      });
      return { total: found.total, items: found.messages };
    },
    [sid],
    mayChangeRecords,
  );
  if (conversation === undefined)
    return error === undefined ? <EmptyState isPage title="Loading…" /> : <NotFound error={error} />;

  const withDetails = areDetailsOpen || selected !== undefined;
  const position = selected === undefined ? undefined : location?.position;
  const message = position === undefined ? undefined : messages.at(position);
  return (
    <div class={`chat ${withDetails ? 'with-details' : ''}`}>
      <ChatHeader conversation={conversation} areDetailsOpen={areDetailsOpen} setDetailsOpen={setDetailsOpen} />
      <ErrorMessage error={error ?? messages.error} />
      {messages.total === 0 ? (
        <EmptyState title="No messages yet" />
      ) : (
        <MessageList
          key={messages.total === undefined ? 'pending' : sid}
          conversation={conversation}
          messages={messages}
          selectedSid={location?.message_sid ?? selected}
          selectedPosition={position}
        />
      )}
      <RecentWebhooks conversation={sid} />
      <Composer conversation={conversation} />
      {withDetails && (
        <DetailsPanel conversation={conversation} message={message} close={() => setDetailsOpen(false)} />
      )}
    </div>
  );
}

function NotFound({ error }: { readonly error: Error }): JSX.Element {
  if (error instanceof ConnectionError) return <EmptyState isPage title={error.message} />;
  return (
    <EmptyState isPage title="Conversation not found">
      <p>{error.message}</p>
      <p>It may have been deleted, or it may belong to another world.</p>
    </EmptyState>
  );
}
