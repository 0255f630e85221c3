import type { JSX } from 'preact';
import { MediaFileView } from '../components/media-file.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { href } from '../data/route.js';
import type { Conversation, Message } from '../data/types.js';
import { DeliveryStatus } from './delivery-status.js';
import { isFromAgent } from './participants.js';

interface MessageBubbleProps {
  readonly message: Message;
  readonly previous: Message | undefined;
  readonly conversation: Conversation;
  readonly isSelected: boolean;
}

/** A message with its author, time and delivery status. */
export function MessageBubble({ message, previous, conversation, isSelected }: MessageBubbleProps): JSX.Element {
  const { sid, author, body, content_sid, media, attributes, receipts, index, date_created: at } = message;
  const side = message.participant_sid === null ? 'middle' : isFromAgent(message, conversation) ? 'right' : 'left';
  const hasSameAuthor = previous?.author === author;
  return (
    <article class={`bubble ${side} ${isSelected ? 'is-selected' : ''}`}>
      {!hasSameAuthor && (
        <header>
          <Text class="author" value={author} />
        </header>
      )}
      <div class="body">
        {body !== null && body !== '' && (
          <p class="text">
            <Text value={body} />
          </p>
        )}
        {content_sid !== null && <p class="media">Content template {content_sid}</p>}
        {media.map((file) => (
          <MediaFileView key={file.sid} file={file} />
        ))}
        {attributes !== '{}' && (
          <p class="attributes">
            <Text value={attributes} />
          </p>
        )}
      </div>
      <footer>
        <a href={href(`conversations/${conversation.sid}/${sid}`)} title="Message details" class="index">
          #{index}
        </a>
        <Timestamp at={at} />
        <DeliveryStatus receipts={receipts} />
      </footer>
    </article>
  );
}
