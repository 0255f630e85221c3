import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { NewItemsButton } from '../components/new-items-button.js';
import { VirtualList, type VirtualListHandle } from '../components/virtual-list.js';
import type { Conversation, Message } from '../data/types.js';
import type { PagedList } from '../data/use-paged-list.js';
import { MessageBubble } from './message-bubble.js';

interface MessageListProps {
  readonly conversation: Conversation;
  readonly messages: PagedList<Message>;
  readonly selectedSid: string | undefined;
  /** The position of the selected message, once it is known. */
  readonly selectedPosition: number | undefined;
}

/** The messages of a chat. The view stays at the latest message; after scrolling up, a button counts new messages. */
export function MessageList(props: MessageListProps): JSX.Element {
  const { conversation, messages, selectedSid, selectedPosition } = props;
  const list = useRef<VirtualListHandle>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const total = messages.total ?? 0;
  const seenTotal = useRef(total);
  if (isAtEnd) seenTotal.current = total;
  return (
    <div class="messages-area list-with-button">
      <VirtualList
        class="messages"
        label="Messages"
        count={total}
        estimate={84}
        anchor="end"
        handle={list}
        scrollTo={selectedPosition}
        onEdge={setAtEnd}
        onView={messages.setView}
        row={(index) => {
          const message = messages.at(index);
          if (message === undefined) return <div class="bubble pending" />;
          return (
            <MessageBubble
              message={message}
              previous={messages.at(index - 1)}
              conversation={conversation}
              isSelected={message.sid === selectedSid}
            />
          );
        }}
      />
      <NewItemsButton
        count={Math.max(0, total - seenTotal.current)}
        direction="↓"
        onPress={() => list.current?.scrollToEdge()}
      />
    </div>
  );
}
