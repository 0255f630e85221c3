/** What webhooks tell: the events of a world and their parameters, in Twilio's spelling (documentation). */
import type { RecordBase } from '../kernel/collection.js';
import type {
  ConversationRecord,
  MessageRecord,
  ParticipantRecord,
  ReceiptRecord,
  ServiceRecord,
  UserRecord,
} from './records.js';

/** Where an action came from: `API` (REST), `SDK` (a chat client), or the channel of an inbound message. */
export type Source = 'API' | 'SDK' | 'SMS' | 'WHATSAPP' | 'MESSENGER' | 'RCS' | 'EMAIL' | 'GBM' | 'APPLE';

/** Parameters by name; one without a value is left out of the request (recorded). */
export type EventParameters = Readonly<Record<string, string | undefined>>;

export interface WorldEvent {
  readonly type: string;
  readonly serviceSid: string;
  readonly conversationSid?: string | undefined;
  readonly parameters: EventParameters;
  /** State and delivery events have no source (recorded). */
  readonly source?: Source | undefined;
  /** The identity of the chat user who acted. */
  readonly clientIdentity?: string | undefined;
  /** Only the conversation's webhook of this SID is told, and it is told whatever the request's header says. */
  readonly only?: string | undefined;
}

/** What is about to happen, or has happened, to a record: `Add` before, `Added` after. */
export type EventPhase = 'Add' | 'Update' | 'Remove' | 'Added' | 'Updated' | 'Removed';

/** A record's fields before it exists. */
export type NewRecord<R extends RecordBase> = Omit<R, keyof RecordBase> & Partial<RecordBase>;

/** Dates in webhooks carry milliseconds, unlike those of REST bodies (recorded). */
const date = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString();
const text = (value: string | null | undefined): string | undefined => value ?? undefined;
const number = (value: number | null | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value);

/** `now` is when it is removed. */
export function conversationParameters(
  phase: EventPhase,
  r: NewRecord<ConversationRecord>,
  now: number,
): EventParameters {
  return {
    ConversationSid: r.sid,
    FriendlyName: text(r.friendlyName),
    UniqueName: text(r.uniqueName),
    Attributes: r.attributes,
    MessagingServiceSid: r.messagingServiceSid,
    State: r.state,
    DateCreated: date(r.dateCreated),
    DateUpdated: date(r.dateUpdated),
    DateRemoved: phase === 'Removed' ? date(now) : undefined,
  };
}

export function messageParameters(
  phase: EventPhase,
  r: NewRecord<MessageRecord>,
  now: number,
  messagingServiceSid: string | undefined,
): EventParameters {
  const isAfter = phase.endsWith('ed');
  return {
    ConversationSid: r.conversationSid,
    MessageSid: r.sid,
    MessagingServiceSid: isAfter ? messagingServiceSid : undefined,
    Index: r.sid === undefined ? undefined : number(r.index),
    Body: text(r.body),
    Author: r.author,
    ParticipantSid: text(r.participantSid),
    Attributes: r.attributes,
    // The keys are capitalised here and not in REST bodies (recorded).
    Media:
      r.media === null
        ? undefined
        : JSON.stringify(
            r.media.map(({ sid, contentType, size, filename }) => ({
              Sid: sid,
              ContentType: contentType,
              Size: size,
              Filename: filename,
            })),
          ),
    DateCreated: date(r.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : date(r.dateUpdated),
    DateRemoved: phase === 'Removed' ? date(now) : undefined,
  };
}

export function participantParameters(
  phase: EventPhase,
  r: NewRecord<ParticipantRecord>,
  now: number,
): EventParameters {
  return {
    ConversationSid: r.conversationSid,
    ParticipantSid: r.sid,
    Identity: text(r.identity),
    RoleSid: text(r.roleSid),
    Attributes: r.attributes,
    'MessagingBinding.ProxyAddress': r.binding?.proxyAddress,
    'MessagingBinding.Address': r.binding?.address,
    'MessagingBinding.ProjectedAddress': r.binding?.projectedAddress,
    // The guide writes it in capitals, REST in lower case; lower case here is inferred.
    'MessagingBinding.Type': r.binding?.type ?? 'chat',
    LastReadMessageIndex: phase === 'Updated' ? number(r.lastReadMessageIndex) : undefined,
    DateCreated: date(r.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : date(r.dateUpdated),
    DateRemoved: phase === 'Removed' ? date(now) : undefined,
  };
}

/** `flags` are shown once the service has reachability on. */
export function userParameters(
  phase: EventPhase,
  r: NewRecord<UserRecord>,
  flags: { online: boolean | null; notifiable: boolean | null },
): EventParameters {
  const isUpdated = phase === 'Updated';
  return {
    UserSid: r.sid,
    Identity: r.identity,
    RoleSid: r.roleSid,
    Attributes: r.attributes,
    FriendlyName: text(r.friendlyName),
    DateCreated: phase === 'Update' ? undefined : date(r.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : date(r.dateUpdated),
    isOnline: isUpdated && flags.online !== null ? String(flags.online) : undefined,
    isNotifiable: isUpdated && flags.notifiable !== null ? String(flags.notifiable) : undefined,
  };
}

export function deliveryEvent(r: ReceiptRecord): WorldEvent {
  return {
    type: 'onDeliveryUpdated',
    serviceSid: r.serviceSid,
    conversationSid: r.conversationSid,
    parameters: {
      ConversationSid: r.conversationSid,
      MessageSid: r.messageSid,
      DeliveryReceiptSid: r.sid,
      ChannelMessageSid: r.channelMessageSid,
      ParticipantSid: r.participantSid,
      Status: r.status,
      ErrorCode: r.errorCode === 0 ? undefined : String(r.errorCode),
      DateCreated: date(r.dateCreated),
      DateUpdated: date(r.dateUpdated),
    },
  };
}

/** `API`: a write set it; `TIMER`: its time was up; `EVENT`: a message or a newcomer woke it. */
export function stateEvent(
  r: ConversationRecord,
  from: string,
  reason: 'API' | 'TIMER' | 'EVENT',
  now: number,
): WorldEvent {
  return {
    type: 'onConversationStateUpdated',
    serviceSid: r.serviceSid,
    conversationSid: r.sid,
    parameters: {
      ConversationSid: r.sid,
      MessagingServiceSid: r.messagingServiceSid,
      StateUpdated: date(now),
      StateFrom: from,
      StateTo: r.state,
      Reason: reason,
    },
  };
}

/** Whether a service wants to hear of an event at one of its two URLs. */
export function serviceHook(service: ServiceRecord, kind: 'pre' | 'post', type: string): string | undefined {
  const { filters, preWebhookUrl, postWebhookUrl } = service.webhooks;
  if (filters?.includes(type) !== true) return undefined;
  return (kind === 'pre' ? preWebhookUrl : postWebhookUrl) ?? undefined;
}
