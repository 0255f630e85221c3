/** How records look to the client SDKs: the data of Sync items. The keys are those that the SDKs read. */
import type { Json, JsonObject } from '../../../core/body.js';
import type { ConversationRecord } from '../conversations/conversation/record.js';
import { renderDelivery } from '../conversations/message/delivery.js';
import { messages, type MessageRecord } from '../conversations/message/record.js';
import type { ParticipantRecord } from '../conversations/participant/record.js';
import { reachabilityOf } from '../conversations/user/events.js';
import type { UserRecord } from '../conversations/user/record.js';
import type { World } from '../kernel/world.js';
import { conversationName, userName } from './object-name.js';

export const isoDate = (timestamp: number): string => new Date(timestamp).toISOString();

/** The document of a conversation, which all its participants share. */
export function conversationDocument(world: World, record: ConversationRecord): JsonObject {
  const last = world.records(messages).list('conversation', record.sid).last();
  const { address, name } = record.email;
  return {
    friendlyName: record.friendlyName,
    uniqueName: record.uniqueName,
    attributes: parsed(record.attributes),
    createdBy: record.createdBy,
    dateCreated: isoDate(record.dateCreated),
    dateUpdated: isoDate(record.dateUpdated),
    state: {
      current: record.state === 'initializing' ? 'active' : record.state,
      dateUpdated: isoDate(record.dateUpdated),
    },
    ...(last === undefined ? {} : { lastMessage: { index: last.index, timestamp: isoDate(last.dateCreated) } }),
    bindings: address === undefined ? {} : { email: { name: name ?? null, projected_address: address } },
    messages: conversationName(record.sid, 'messages'),
    roster: conversationName(record.sid, 'roster'),
  };
}

/** The item of a conversation in the map of a user's conversations: what is the user's own, and nothing else. */
export const conversationItem = (record: ParticipantRecord): JsonObject => ({
  status: 'joined',
  channel: conversationName(record.conversationSid, 'channel'),
  messages: conversationName(record.conversationSid, 'messages'),
  roster: conversationName(record.conversationSid, 'roster'),
  lastConsumedMessageIndex: record.lastReadMessageIndex,
  notificationLevel: record.notificationLevel,
});

export const messageItem = (record: MessageRecord): JsonObject => ({
  sid: record.sid,
  type: record.media === null ? 'text' : 'media',
  text: record.body,
  author: record.author,
  subject: record.subject,
  contentSid: record.contentSid,
  lastUpdatedBy: null,
  attributes: record.attributes,
  timestamp: isoDate(record.dateCreated),
  dateUpdated: isoDate(record.dateUpdated),
  ...(record.participantSid === null ? {} : { memberSid: record.participantSid }),
  ...(record.media === null
    ? {}
    : {
        medias: record.media.map(({ sid, filename, contentType, size }) => ({
          sid,
          category: 'media',
          filename,
          contentType,
          size,
        })),
      }),
  ...(record.delivery === null ? {} : { delivery: renderDelivery(record.delivery) }),
  channelMetadata: false,
});

export const participantItem = (record: ParticipantRecord): JsonObject => ({
  identity: record.identity,
  type: record.binding?.type ?? 'chat',
  roleSid: record.roleSid,
  attributes: record.attributes,
  dateCreated: isoDate(record.dateCreated),
  dateUpdated: isoDate(record.dateUpdated),
  lastConsumedMessageIndex: record.lastReadMessageIndex,
  lastConsumptionTimestamp: record.lastReadTimestamp === null ? null : isoDate(record.lastReadTimestamp),
  ...(record.identity === null ? {} : { userInfo: userName(record.serviceSid, record.identity, 'info') }),
  bindings: bindingsOf(record),
});

function bindingsOf({ binding }: ParticipantRecord): JsonObject {
  if (binding === null) return {};
  const { type, address, proxyAddress, projectedAddress } = binding;
  return {
    [type]: {
      address: address ?? null,
      proxy_address: proxyAddress ?? null,
      projected_address: projectedAddress ?? null,
    },
  };
}

/** The items of a user's map, by key. */
export function userItems(world: World, record: UserRecord): Readonly<Record<string, JsonObject>> {
  const { online, notifiable } = reachabilityOf(world, record);
  return {
    attributes: { value: record.attributes },
    friendlyName: { value: record.friendlyName },
    reachability: { online, notifiable },
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
