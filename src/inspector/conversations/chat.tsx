import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { VirtualList } from '../components/virtual-list.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import type { Conversation, Message } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { usePagedList } from '../data/use-paged-list.js';
import { ChatHeader } from './chat-header.js';
import { Composer } from './composer.js';
import { DetailsPanel } from './details-panel.js';
import { MessageBubble } from './message-bubble.js';
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
  const pages = usePagedList<Message>(
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
  const onView = useCallback((first: number, last: number) => pages.setView(first, last), [pages]);
  if (conversation === undefined)
    return error === undefined ? <EmptyState title="Loading…" /> : <NotFound error={error} />;

  const position = selected === undefined ? undefined : location?.position;
  const message = position === undefined ? undefined : pages.at(position);
  return (
    <div class={`chat ${areDetailsOpen || selected !== undefined ? 'with-details' : ''}`}>
      <ChatHeader conversation={conversation} areDetailsOpen={areDetailsOpen} setDetailsOpen={setDetailsOpen} />
      <ErrorMessage error={error ?? pages.error} />
      {pages.total === 0 ? (
        <EmptyState title="No messages yet" />
      ) : (
        <VirtualList
          key={pages.total === undefined ? 'pending' : sid}
          class="messages"
          label="Messages"
          count={pages.total ?? 0}
          estimate={84}
          anchor="end"
          scrollTo={position}
          onView={onView}
          row={(index) => {
            const found = pages.at(index);
            if (found === undefined) return <div class="bubble pending" />;
            return (
              <MessageBubble
                message={found}
                previous={pages.at(index - 1)}
                conversation={conversation}
                isSelected={found.sid === (location?.message_sid ?? selected)}
              />
            );
          }}
        />
      )}
      <RecentWebhooks conversation={sid} />
      <Composer conversation={conversation} />
      <DetailsPanel conversation={conversation} message={message} close={() => setDetailsOpen(false)} />
    </div>
  );
}

function NotFound({ error }: { readonly error: Error }): JSX.Element {
  return (
    <EmptyState title="Conversation not found">
      <p>{error.message}</p>
      <p>It may have been deleted, or it may belong to another world.</p>
    </EmptyState>
  );
}
