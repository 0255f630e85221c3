import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { DefinitionList } from '../components/definition-list.js';
import { JsonView } from '../components/json-view.js';
import { shortSid, SidLink } from '../components/sid-link.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { href, world } from '../data/route.js';
import type { Conversation, Message, Participant } from '../data/types.js';
import { useDefaultService } from '../services/use-default-service.js';
import { MessageWebhooks } from './message-webhooks.js';
import { participantName } from './participants.js';
import { ReceiptList } from './receipt-list.js';
import { ScopedWebhooks } from './scoped-webhooks.js';

interface Props {
  readonly conversation: Conversation;
  readonly message: Message | undefined;
  readonly close: () => void;
}

/** Details of the selected message, the participants, and the conversation's timers and webhooks. */
export function DetailsPanel({ conversation, message, close }: Props): JSX.Element {
  const { sid, timers, participants } = conversation;
  const isInDefaultService = useDefaultService() === conversation.service_sid;
  return (
    <aside class="details" aria-label="Conversation details">
      <a class="close" href={href(`conversations/${sid}`)} onClick={close} aria-label="Close details">
        ✕
      </a>
      {message !== undefined && <MessageDetails message={message} />}
      <h2>Participants</h2>
      <ul class="participants">
        {participants.map((each) => (
          <ParticipantItem key={each.sid} participant={each} conversation={conversation} />
        ))}
      </ul>
      <h2>Conversation</h2>
      <DefinitionList
        rows={[
          ['Unique name', conversation.unique_name === null ? '—' : <Text value={conversation.unique_name} />],
          [
            'Service',
            <>
              <SidLink value={conversation.service_sid} />{' '}
              {isInDefaultService && <Badge tone="good">default service</Badge>}
            </>,
          ],
          ['Paths', <Paths conversation={conversation} isInDefaultService={isInDefaultService} />],
          ['Created', <Timestamp at={conversation.date_created} />],
          ['Inactive', <Timer duration={timers.inactive} at={timers.inactive_at} />],
          ['Closed', <Timer duration={timers.closed} at={timers.closed_at} />],
        ]}
      />
      <Attributes text={conversation.attributes} />
      <ScopedWebhooks conversation={conversation} />
    </aside>
  );
}

interface PathsProps {
  readonly conversation: Conversation;
  readonly isInDefaultService: boolean;
}

/** The API paths that lead to the conversation. A conversation of the default service has two. */
function Paths({ conversation: { sid, service_sid: service }, isInDefaultService }: PathsProps): JSX.Element {
  return (
    <>
      <code title={`/v1/Services/${service}/Conversations/${sid}`}>
        /v1/Services/{shortSid(service)}/Conversations/{shortSid(sid)}
      </code>
      {isInDefaultService && (
        <>
          {' '}
          and <code title={`/v1/Conversations/${sid}`}>/v1/Conversations/{shortSid(sid)}</code>
        </>
      )}
    </>
  );
}

function MessageDetails({ message }: { readonly message: Message }): JSX.Element {
  const { sid, index, author, date_created: created, date_updated: updated, receipts } = message;
  return (
    <>
      <h2>Message #{index}</h2>
      <DefinitionList
        rows={[
          ['SID', <SidLink value={sid} />],
          ['Author', <Text value={author} />],
          ['Created', <Timestamp at={created} />],
          ...(updated === created ? [] : [['Updated', <Timestamp at={updated} />] as const]),
        ]}
      />
      <Attributes text={message.attributes} />
      <ReceiptList receipts={receipts} />
      <MessageWebhooks sid={sid} />
    </>
  );
}

interface ParticipantProps {
  readonly participant: Participant;
  readonly conversation: Conversation;
}

function ParticipantItem({ participant, conversation }: ParticipantProps): JSX.Element {
  const { identity, sid, channel, address, proxy_address: proxy, last_read_index: lastRead } = participant;
  return (
    <li>
      <strong>
        <Text value={participantName(participant)} />
      </strong>{' '}
      <Badge tone="neutral">{channel}</Badge> <SidLink value={sid} />
      {address !== null && proxy !== null && (
        <p class="hint">
          <Text value={address} /> via proxy address <Text value={proxy} />
        </p>
      )}
      {identity !== null && (
        <p>
          <a href={chatAddress(identity, conversation)} target="_blank" rel="opener">
            Open a chat as <Text value={identity} />
          </a>
        </p>
      )}
      {lastRead !== null && <p class="hint">Read up to message #{lastRead}</p>}
      <Attributes text={participant.attributes} />
    </li>
  );
}

/** The page of a chat. The server sends the browser back here if it has no client SDK. */
function chatAddress(identity: string, { sid, service_sid: service }: Conversation): string {
  const parameters = { identity, conversation: sid, service, ...(world.value !== undefined && { world: world.value }) };
  return `chat?${new URLSearchParams(parameters).toString()}`;
}

function Timer({ duration, at }: { readonly duration: string | null; readonly at: string | null }): JSX.Element {
  if (duration === null) return <>never</>;
  return (
    <>
      after {duration}
      {at !== null && (
        <>
          , <Timestamp at={at} />
        </>
      )}
    </>
  );
}

function Attributes({ text }: { readonly text: string }): JSX.Element | null {
  return text === '{}' ? null : <JsonView label="Attributes" value={parsed(text)} />;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
