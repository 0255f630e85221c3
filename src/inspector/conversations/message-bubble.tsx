import type { JSX } from 'preact';
import { href } from '../base/route.js';
import { Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { Conversation, Message } from '../base/types.js';
import { isAnswer } from './people.js';
import { Ticks } from './ticks.js';

interface Props {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly conversation: Conversation;
  readonly isSelected: boolean;
}

/** A message: what was said, by whom, when, and whether it has arrived. */
export function Bubble({ message, before, conversation, isSelected }: Props): JSX.Element {
  const { sid, author, body, content_sid, media, attributes, receipts, index, date_created: at } = message;
  const side = message.participant_sid === null ? 'middle' : isAnswer(message, conversation) ? 'right' : 'left';
  const goesOn = before?.author === author;
  return (
    <article class={`bubble ${side} ${isSelected ? 'is-selected' : ''}`}>
      {!goesOn && (
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
        {content_sid !== null && <p class="media">Template {content_sid}</p>}
        {media.map((file) => (
          <p key={file.sid} class="media">
            <span class="file" aria-hidden="true" />
            <Text value={file.filename ?? file.sid} /> <small>{`${file.content_type}, ${sizeOf(file.size)}`}</small>
          </p>
        ))}
        {attributes !== '{}' && (
          <p class="attributes">
            <Text value={attributes} />
          </p>
        )}
      </div>
      <footer>
        <a href={href(`conversations/${conversation.sid}/${sid}`)} title="Open this message" class="index">
          #{index}
        </a>
        <Time at={at} />
        <Ticks receipts={receipts} />
      </footer>
    </article>
  );
}

export function sizeOf(bytes: number): string {
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} KB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
