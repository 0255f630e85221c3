/**
 * A delivery receipt: one for each recipient of a message who is not on chat, never one for its author. It shows only the
 * latest status (documentation). Receipts are created and deleted with their message.
 */
import type { WorldEvent } from '../../kernel/event.js';
import { defineResource } from '../../kernel/resource.js';
import type { Due } from '../../kernel/timeline.js';
import type { World } from '../../kernel/world.js';
import { conversationSidField } from '../conversation/descriptions.js';
import { summarizeDelivery, type DeliveryPart, type ReceiptStatus } from '../message/delivery.js';
import { messageSidField } from '../message/descriptions.js';
import { messageOf, messages, type MessageRecord } from '../message/record.js';
import { participants, type ParticipantRecord } from '../participant/record.js';
import { dateParameter } from '../service/event.js';
import { hasOptedOut, UNSUBSCRIBED } from './opt-out.js';
import { failure, outcomeFor, receiptRules, type Outcome, type PlannedStep } from './plan.js';
import { receipts, type ReceiptRecord } from './record.js';
import { serviceSidKey } from '../service/record.js';

export const receipt = defineResource({
  noun: 'Conversations/Messages/Receipts',
  scopes: ['account', 'service'],
  descriptions: { ConversationSid: conversationSidField, MessageSid: messageSidField, Sid: 'SID of the receipt, DY….' },
  table: receipts,
  settings: [receiptRules],
  nextDue: nextStep,
  owner: messageOf,

  list: { key: 'delivery_receipts', defaultSize: 50, maximum: 50 },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    ...serviceSidKey(view, record),
    conversation_sid: record.conversationSid,
    message_sid: record.messageSid,
    channel_message_sid: record.channelMessageSid,
    status: record.status,
    // 0 in the published schema, null in the documentation's text. Clients must accept both.
    error_code: record.errorCode,
    participant_sid: record.participantSid,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.link('fetch', 'Conversations/Messages/Receipts', record),
  }),
});

const noParticipants: readonly ParticipantRecord[] = [];

/** The participants who get a receipt for a message by an author. */
export function recipientsOf(world: World, conversationSid: string, author: string): readonly ParticipantRecord[] {
  const addressed = world.records(participants).list('addressed', conversationSid);
  if (addressed.size === 0) return noParticipants;
  return [...addressed].filter((participant) => participant.binding?.address !== author);
}

function outcomeOf(world: World, recipient: ParticipantRecord): Outcome {
  const { address = '', type = '' } = recipient.binding ?? {};
  if (hasOptedOut(world, recipient)) return failure(UNSUBSCRIBED);
  return outcomeFor(address, type, world.get(receiptRules), world.now());
}

/** The summary of the receipts that a new message will have. */
export function newDelivery(world: World, recipients: readonly ParticipantRecord[]): DeliveryPart | null {
  return summarizeDelivery(recipients.map((recipient) => outcomeOf(world, recipient).status));
}

/**
 * Creates the receipts of a new message. They have a status at once: it is null only until Twilio has passed the message on
 * (documentation), and how long that takes is not recorded.
 */
export function createReceipts(world: World, message: MessageRecord, recipients: readonly ParticipantRecord[]): void {
  for (const recipient of recipients) {
    const created = world.create(receipts, {
      serviceSid: message.serviceSid,
      conversationSid: message.conversationSid,
      messageSid: message.sid,
      participantSid: recipient.sid,
      // Recorded receipts of WhatsApp messages have SM and MM SIDs as well.
      channelMessageSid: world.newSid(message.media === null ? 'SM' : 'MM'),
      ...outcomeOf(world, recipient),
    });
    world.emit({ ...deliveryEvent(created), isConsequence: true });
  }
}

/**
 * Sets the status of a receipt and updates the summary of its message. A message read on WhatsApp also moves the
 * participant's read horizon (documentation).
 * @param plan the statuses still to come
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
  world.update(messages, message, { delivery: summarizeDelivery([...all].map((each) => each.status)) });
  if (status === 'read') moveHorizon(world, record.participantSid, message.index);
  return moved;
}

function moveHorizon(world: World, participantSid: string, index: number): void {
  const reader = world.records(participants).get(participantSid);
  if (reader?.binding?.type !== 'whatsapp' || (reader.lastReadMessageIndex ?? -1) >= index) return;
  world.update(participants, reader, { lastReadMessageIndex: index, lastReadTimestamp: world.now() });
}

/** Every change of status fires it, however the message was made (recorded). Delivery events have no source (recorded). */
export function deliveryEvent(record: ReceiptRecord): WorldEvent {
  return {
    type: 'onDeliveryUpdated',
    subject: record.conversationSid,
    parameters: {
      ChatServiceSid: record.serviceSid,
      ConversationSid: record.conversationSid,
      MessageSid: record.messageSid,
      DeliveryReceiptSid: record.sid,
      ChannelMessageSid: record.channelMessageSid,
      ParticipantSid: record.participantSid,
      Status: record.status,
      ErrorCode: record.errorCode === 0 ? undefined : String(record.errorCode),
      DateCreated: dateParameter(record.dateCreated),
      DateUpdated: dateParameter(record.dateUpdated),
    },
  };
}

/** The next planned step of any receipt in a world. */
function nextStep(world: World): Due | undefined {
  const [record] = world.records(receipts).list('due', '').slice(0, 1);
  const step = record?.plan[0];
  if (record === undefined || step === undefined) return undefined;
  const { at, status, errorCode } = step;
  return {
    at,
    run: () => world.emit(deliveryEvent(moveReceipt(world, record, status, errorCode, record.plan.slice(1)))),
  };
}
