import type { JSX } from 'preact';
import { href } from '../base/route.js';
import { Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { ConversationSummary } from '../base/types.js';
import { Badge } from '../base/widgets.js';

/** A conversation in the list. */
export function Entry({
  conversation,
  isOpen,
}: {
  readonly conversation: ConversationSummary;
  readonly isOpen: boolean;
}) {
  const { sid, state, activity, last_message: last, channels, messages } = conversation;
  return (
    <a class="entry" href={href(`conversations/${sid}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <span class="name">
          <Text value={nameOf(conversation)} />
        </span>
        <Time at={activity} />
      </span>
      <span class="said">
        {last === null ? <em>No messages yet</em> : <Said author={last.author} body={last.body} media={last.media} />}
      </span>
      <span class="tags">
        {state !== 'active' && <Badge tone={state}>{state}</Badge>}
        {channels.map((channel) => (
          <Badge key={channel} tone="channel">
            {channel}
          </Badge>
        ))}
        <span class="count">{messages === 1 ? '1 message' : `${messages.toLocaleString()} messages`}</span>
      </span>
    </a>
  );
}

function Said({
  author,
  body,
  media,
}: {
  readonly author: string;
  readonly body: string | null;
  readonly media: number;
}) {
  return (
    <>
      <Text class="author" value={author} />:{' '}
      {body === null || body === '' ? <MediaCount count={media} /> : <Text value={body} />}
    </>
  );
}

function MediaCount({ count }: { readonly count: number }): JSX.Element {
  return <em>{count === 0 ? 'a template' : count === 1 ? 'a file' : `${count} files`}</em>;
}

export function nameOf({
  friendly_name,
  unique_name,
  sid,
}: Pick<ConversationSummary, 'friendly_name' | 'unique_name' | 'sid'>) {
  return [friendly_name, unique_name].find((name) => name !== null && name !== '') ?? sid;
}
