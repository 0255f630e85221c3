import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { href } from '../data/route.js';
import type { ConversationSummary } from '../data/types.js';

interface ConversationRowProps {
  readonly conversation: ConversationSummary;
  readonly isOpen: boolean;
}

export function ConversationRow({ conversation, isOpen }: ConversationRowProps): JSX.Element {
  const { sid, state, activity, last_message: last, channels, messages } = conversation;
  return (
    <a class="entry" href={href(`conversations/${sid}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <span class="name">
          <Text value={titleOf(conversation)} />
        </span>
        <Timestamp at={activity} />
      </span>
      <span class="preview">{last === null ? <em>No messages yet</em> : <MessagePreview message={last} />}</span>
      <span class="tags">
        {state !== 'active' && <Badge tone={state}>{state}</Badge>}
        {channels.map((channel) => (
          <Badge key={channel} tone="neutral">
            {channel}
          </Badge>
        ))}
        <span class="count">{messages === 1 ? '1 message' : `${messages.toLocaleString()} messages`}</span>
      </span>
    </a>
  );
}

interface MessagePreviewProps {
  readonly message: NonNullable<ConversationSummary['last_message']>;
}

function MessagePreview({ message: { author, body, media } }: MessagePreviewProps): JSX.Element {
  return (
    <>
      <Text class="author" value={author} />:{' '}
      {body === null || body === '' ? <MediaCount count={media} /> : <Text value={body} />}
    </>
  );
}

function MediaCount({ count }: { readonly count: number }): JSX.Element {
  return <em>{count === 0 ? 'Content template' : count === 1 ? '1 media file' : `${count} media files`}</em>;
}

type Named = Pick<ConversationSummary, 'friendly_name' | 'unique_name' | 'sid'>;

/** The friendly name, else the unique name, else the SID. */
export function titleOf({ friendly_name, unique_name, sid }: Named): string {
  return [friendly_name, unique_name].find((name) => name !== null && name !== '') ?? sid;
}
