/**
 * A delivery receipt: one for each recipient of a message who is not on chat, never one for its author. It shows the
 * latest status only (documentation). Receipts are made with the message and go with it.
 */
import type {
  DeliveryPart,
  MessageRecord,
  ParticipantRecord,
  PlannedStep,
  ReceiptRecord,
  ReceiptStatus,
} from '../records.js';
import { messages, participants, receipts } from '../tables.js';
import type { JsonObject } from '../../../../core/body.js';
import { planOf } from './plan.js';
import type { Handlers } from '../../kernel/handler.js';
import { resource } from '../../kernel/resource.js';
import type { World } from '../../kernel/world.js';

const receipt = resource({
  table: receipts,
  owner: (ctx) => ctx.message,

  list: {
    key: 'delivery_receipts',
    defaultSize: 50,
    maximum: 50,
    url: (ctx, messageSid) =>
      ctx.url('listserviceconversationmessagereceipt', ctx.service.sid, ctx.conversation.sid, messageSid),
  },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    conversation_sid: record.conversationSid,
    message_sid: record.messageSid,
    channel_message_sid: record.channelMessageSid,
    status: record.status,
    // 0 by the published schema, null by the documentation's prose; clients must take both.
    error_code: record.errorCode,
    participant_sid: record.participantSid,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.url(
      'fetchserviceconversationmessagereceipt',
      record.serviceSid,
      record.conversationSid,
      record.messageSid,
      record.sid,
    ),
  }),
});

export const receiptHandlers: Handlers = {
  listserviceconversationmessagereceipt: receipt.list,
  fetchserviceconversationmessagereceipt: receipt.fetch,
};

/** Those who get a receipt for a message by this author. */
export function recipientsOf(world: World, conversationSid: string, author: string): ParticipantRecord[] {
  const addressed = world.records(participants).list('addressed', conversationSid);
  return [...addressed].filter((participant) => participant.binding?.address !== author);
}

/** Makes a message's receipts, `sent` as one finds them right after a create. */
export function createReceipts(world: World, message: MessageRecord, recipients: readonly ParticipantRecord[]): void {
  for (const recipient of recipients) {
    world.create(receipts, {
      serviceSid: message.serviceSid,
      conversationSid: message.conversationSid,
      messageSid: message.sid,
      participantSid: recipient.sid,
      // Recorded receipts of WhatsApp show SM and MM as well.
      channelMessageSid: world.newSid(message.media === null ? 'SM' : 'MM'),
      status: 'sent',
      errorCode: 0,
      plan: planOf(recipient.binding?.address ?? '', recipient.binding?.type ?? '', world.receiptRules, world.now()),
    });
  }
}

/**
 * Moves a receipt, and its message's summary with it. One that somebody has read on WhatsApp moves that participant's
 * read horizon too (documentation).
 * @param plan what is still to come; nothing, unless the receipt goes its own way
 */
export function moveReceipt(
  world: World,
  record: ReceiptRecord,
  status: ReceiptStatus,
  errorCode = 0,
  plan: readonly PlannedStep[] = [],
): ReceiptRecord {
  const moved = world.update(receipts, record, { status, errorCode, plan, dateUpdated: world.now() });
  const message = world.records(messages).get(record.messageSid);
  if (message === undefined) return moved;
  const all = world.records(receipts).list('message', message.sid);
  world.update(messages, message, { delivery: summaryOf([...all].map((each) => each.status)) });
  if (status === 'read') moveHorizon(world, record.participantSid, message.index);
  return moved;
}

function moveHorizon(world: World, participantSid: string, index: number): void {
  const reader = world.records(participants).get(participantSid);
  if (reader?.binding?.type !== 'whatsapp' || (reader.lastReadMessageIndex ?? -1) >= index) return;
  world.update(participants, reader, { lastReadMessageIndex: index, lastReadTimestamp: world.now() });
}

/** What each status has passed through: a read one was sent and delivered before (inferred from an example). */
const passed: Readonly<Record<ReceiptStatus, readonly ReceiptStatus[]>> = {
  sent: ['sent'],
  delivered: ['sent', 'delivered'],
  read: ['sent', 'delivered', 'read'],
  undelivered: ['sent', 'undelivered'],
  failed: ['failed'],
};

/** `null` for a message without receipts. */
export function summaryOf(statuses: readonly ReceiptStatus[]): DeliveryPart | null {
  if (statuses.length === 0) return null;
  const reached = statuses.flatMap((status) => passed[status]);
  const count = (status: ReceiptStatus): number => reached.filter((each) => each === status).length;
  return {
    total: statuses.length,
    sent: count('sent'),
    delivered: count('delivered'),
    read: count('read'),
    failed: count('failed'),
    undelivered: count('undelivered'),
  };
}

export function renderDelivery(delivery: DeliveryPart | null): JsonObject | null {
  if (delivery === null) return null;
  const { total } = delivery;
  const share = (count: number): string => (count === 0 ? 'none' : count === total ? 'all' : 'some');
  return {
    total,
    sent: share(delivery.sent),
    delivered: share(delivery.delivered),
    read: share(delivery.read),
    failed: share(delivery.failed),
    undelivered: share(delivery.undelivered),
  };
}
