import type { JSX } from 'preact';
import { href } from '../base/route.js';
import { Json } from '../base/json.js';
import { Sid, Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { Conversation, Message, Participant } from '../base/types.js';
import { Badge, Facts } from '../base/widgets.js';
import { nameOfPerson } from './people.js';
import { Receipts } from './receipts.js';

interface Props {
  readonly conversation: Conversation;
  readonly message: Message | undefined;
  readonly close: () => void;
}

/** What lies behind the chat: the message that was chosen, the people, timers, webhooks. */
export function Details({ conversation, message, close }: Props): JSX.Element {
  const { sid, timers, participants, webhooks } = conversation;
  return (
    <aside class="details" aria-label="Details of the conversation">
      <a class="close" href={href(`conversations/${sid}`)} onClick={close} aria-label="Close the details">
        ✕
      </a>
      {message !== undefined && <MessageDetails message={message} />}
      <h2>Participants</h2>
      <ul class="people">
        {participants.map((each) => (
          <Person key={each.sid} person={each} />
        ))}
      </ul>
      <h2>Conversation</h2>
      <Facts
        rows={[
          ['Unique name', conversation.unique_name === null ? '—' : <Text value={conversation.unique_name} />],
          ['Service', <Sid value={conversation.service_sid} />],
          ['Created', <Time at={conversation.date_created} />],
          ['Falls asleep', <Timer duration={timers.inactive} at={timers.inactive_at} />],
          ['Closes', <Timer duration={timers.closed} at={timers.closed_at} />],
        ]}
      />
      <Attributes text={conversation.attributes} />
      <h2>Webhooks</h2>
      {webhooks.length === 0 && <p class="hint">None of its own; the service may have some.</p>}
      {webhooks.map((hook) => (
        <div key={hook.sid} class="hook">
          <Badge tone="channel">{hook.target}</Badge> <Sid value={hook.sid} />
          <Json label={`Configuration of ${hook.sid}`} value={hook.configuration} />
        </div>
      ))}
    </aside>
  );
}

function MessageDetails({ message }: { readonly message: Message }): JSX.Element {
  const { sid, index, author, date_created: created, date_updated: updated, receipts } = message;
  return (
    <>
      <h2>Message #{index}</h2>
      <Facts
        rows={[
          ['SID', <Sid value={sid} />],
          ['Author', <Text value={author} />],
          ['Written', <Time at={created} />],
          ...(updated === created ? [] : [['Changed', <Time at={updated} />] as const]),
        ]}
      />
      <Attributes text={message.attributes} />
      <Receipts receipts={receipts} />
    </>
  );
}

function Person({ person }: { readonly person: Participant }): JSX.Element {
  const { sid, channel, address, proxy_address: proxy, last_read_index: read } = person;
  return (
    <li>
      <strong>
        <Text value={nameOfPerson(person)} />
      </strong>{' '}
      <Badge tone="channel">{channel}</Badge> <Sid value={sid} />
      {address !== null && proxy !== null && (
        <p class="hint">
          <Text value={address} /> writes to <Text value={proxy} />
        </p>
      )}
      {read !== null && <p class="hint">has read up to #{read}</p>}
      <Attributes text={person.attributes} />
    </li>
  );
}

function Timer({ duration, at }: { readonly duration: string | null; readonly at: string | null }): JSX.Element {
  if (duration === null) return <>never by itself</>;
  return (
    <>
      after {duration}
      {at !== null && (
        <>
          , <Time at={at} />
        </>
      )}
    </>
  );
}

function Attributes({ text }: { readonly text: string }): JSX.Element | null {
  return text === '{}' ? null : <Json label="Attributes" value={parsed(text)} />;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
