/** Renders records for people, with related data and without internal fields. */
import type { Json, JsonObject } from '../../../core/body.js';
import { MEDIA_PREFIX } from '../../../core/twilio-hosts.js';
import type { ConversationRecord } from '../conversations/conversation/record.js';
import { temporaryPath } from '../conversations/media/link.js';
import { media } from '../conversations/media/record.js';
import { messages, type MessageRecord } from '../conversations/message/record.js';
import { participants, type ParticipantRecord } from '../conversations/participant/record.js';
import { receipts, type ReceiptRecord } from '../conversations/receipt/record.js';
import { scopedWebhooks } from '../conversations/scoped-webhook/record.js';
import { defaultServiceSid, type ServiceRecord } from '../conversations/service/record.js';
import type { World } from '../kernel/world.js';

/** Participants whose channels a summary takes into account. */
const MAX_PARTICIPANTS_IN_SUMMARY = 20;

/** A timestamp in milliseconds as an ISO 8601 datetime. */
export const formatTime = (timestamp: number | null | undefined): string | null =>
  timestamp === null || timestamp === undefined ? null : new Date(timestamp).toISOString();

/** A conversation as an entry of a list. */
export function summarize(world: World, record: ConversationRecord): JsonObject {
  const ownMessages = world.records(messages).list('conversation', record.sid);
  const ownParticipants = world.records(participants).list('conversation', record.sid);
  const last = ownMessages.last();
  return {
    sid: record.sid,
    service_sid: record.serviceSid,
    friendly_name: record.friendlyName,
    unique_name: record.uniqueName,
    state: record.state,
    // It orders conversations, so it runs ahead of the clock when there are several changes within a millisecond.
    activity: formatTime(Math.min(record.activity, world.now())),
    messages: ownMessages.size,
    participants: ownParticipants.size,
    channels: [
      ...new Set(ownParticipants.slice(0, MAX_PARTICIPANTS_IN_SUMMARY).map(({ binding }) => binding?.type ?? 'chat')),
    ],
    next: record.timers.due === null ? null : { state: record.timers.due.state, at: formatTime(record.timers.due.at) },
    last_message:
      last === undefined
        ? null
        : { author: last.author, body: last.body?.slice(0, 200) ?? null, media: last.media?.length ?? 0 },
  };
}

export function showConversation(world: World, record: ConversationRecord): JsonObject {
  const { inactive, closed, inactiveAt, closedAt } = record.timers;
  return {
    ...summarize(world, record),
    attributes: record.attributes,
    created_by: record.createdBy,
    messaging_service_sid: record.messagingServiceSid,
    date_created: formatTime(record.dateCreated),
    date_updated: formatTime(record.dateUpdated),
    timers: {
      inactive: inactive ?? null,
      inactive_at: formatTime(inactiveAt),
      closed: closed ?? null,
      closed_at: formatTime(closedAt),
    },
  };
}

export function showParticipant(record: ParticipantRecord): JsonObject {
  return {
    sid: record.sid,
    identity: record.identity,
    channel: record.binding?.type ?? 'chat',
    address: record.binding?.address ?? null,
    proxy_address: record.binding?.proxyAddress ?? null,
    projected_address: record.binding?.projectedAddress ?? null,
    role_sid: record.roleSid,
    attributes: record.attributes,
    last_read_index: record.lastReadMessageIndex,
    last_read_at: formatTime(record.lastReadTimestamp),
    date_created: formatTime(record.dateCreated),
  };
}

export function showMessage(world: World, record: MessageRecord): JsonObject {
  return {
    sid: record.sid,
    index: record.index,
    author: record.author,
    participant_sid: record.participantSid,
    body: record.body,
    content_sid: record.contentSid,
    attributes: record.attributes,
    media: (record.media ?? []).map((file) => ({
      sid: file.sid,
      size: file.size,
      content_type: file.contentType,
      filename: file.filename,
      link: localLink(world, file.sid),
    })),
    date_created: formatTime(record.dateCreated),
    date_updated: formatTime(record.dateUpdated),
    receipts: [...world.records(receipts).list('message', record.sid)].map((each) => showReceipt(world, each)),
  };
}

/** The path of a file's bytes on this server, for the next minutes; null if a seed declares the file without bytes. */
export function localLink(world: World, sid: string): string | null {
  return world.records(media).get(sid)?.content === undefined ? null : MEDIA_PREFIX + temporaryPath(world, sid);
}

function showReceipt(world: World, record: ReceiptRecord): JsonObject {
  const [step] = record.plan;
  return {
    sid: record.sid,
    participant_sid: record.participantSid,
    to: world.records(participants).get(record.participantSid)?.binding?.address ?? null,
    status: record.status,
    error_code: record.errorCode,
    date_updated: formatTime(record.dateUpdated),
    next: step === undefined ? null : { status: step.status, at: formatTime(step.at) },
  };
}

export function showService(world: World, record: ServiceRecord, counts: Readonly<Record<string, number>>): JsonObject {
  return {
    sid: record.sid,
    default: record.sid === world.get(defaultServiceSid),
    friendly_name: record.friendlyName,
    date_created: formatTime(record.dateCreated),
    date_updated: formatTime(record.dateUpdated),
    counts,
    webhooks: record.webhooks as unknown as Json,
    reachability_enabled: record.configuration.reachabilityEnabled,
  };
}

export function listScopedWebhooks(world: World, conversationSid: string): Json {
  return [...world.records(scopedWebhooks).list('conversation', conversationSid)].map((each) => ({
    sid: each.sid,
    target: each.target,
    configuration: each.configuration as unknown as Json,
  }));
}
