/**
 * A message. Indexes count from 0 and are never reused; a delete leaves a gap (documentation). The author may be any text,
 * except in a group MMS (recorded). `Subject` can be sent but is not in the response (published description).
 */
import { keyOf } from '../../kernel/collection.js';
import { anyText, datetime, text } from '../../kernel/fields.js';
import { defineResource } from '../../kernel/resource.js';
import { reversed } from '../../kernel/sorted-list.js';
import { badParameter } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { attributes } from '../attributes.js';
import { conversationOf } from '../conversation/record.js';
import { checkOpen, recordActivity } from '../conversation/state.js';
import { isGroup } from '../participant/group.js';
import { participants } from '../participant/record.js';
import { createReceipts, newDelivery, recipientsOf } from '../receipt/receipt.js';
import { refusal, refuse } from '../refusals.js';
import { checkContent } from './content.js';
import { renderDelivery } from './delivery.js';
import { messageFields } from './descriptions.js';
import { messageEvents } from './events.js';
import { checkSize } from '../media/limits.js';
import { attachMedia, findAllMedia, renderMedia } from '../media/record.js';
import { messages, type MessageRecord } from './record.js';
import { serviceSidKey } from '../service/record.js';

const form = {
  Author: text({ max: 256, tooLong: refusal(50310) }),
  Body: anyText,
  DateCreated: datetime(refusal(50308)),
  DateUpdated: datetime(refusal(50309)),
  Attributes: attributes(4 * 1024),
  Subject: text({ max: 256 }),
};

export const message = defineResource({
  noun: 'Conversations/Messages',
  scopes: ['account', 'service'],
  descriptions: messageFields,
  table: messages,
  owner: conversationOf,

  create: {
    form: { ...form, MediaSid: anyText, ContentSid: anyText, ContentVariables: anyText },
    fields(sent, conversation, { world, writeOrigin }) {
      checkOpen(conversation);
      const author = authorOf(sent.Author ?? '');
      checkAuthor(world, conversation.sid, sent.Author);
      const content = checkContent(sent.ContentSid, sent.ContentVariables);
      // With a template, both are ignored (published description).
      const body = content.contentSid === null ? (sent.Body ?? null) : null;
      const mediaSids = content.contentSid === null ? [sent.MediaSid, ...(writeOrigin.attachedSids ?? [])] : [];
      const files = findAllMedia(world, conversation.serviceSid, mediaSids);
      if ((body === null || body === '') && files.length === 0 && content.contentSid === null) throw refuse(50503);
      checkBody(world, conversation.sid, body);
      checkSize(world, conversation.sid, files);
      return {
        serviceSid: conversation.serviceSid,
        conversationSid: conversation.sid,
        index: conversation.nextMessageIndex,
        author,
        participantSid: participantOf(world, conversation.sid, author),
        body,
        subject: sent.Subject ?? null,
        attributes: sent.Attributes ?? '{}',
        media: files.length === 0 ? null : files,
        delivery: newDelivery(world, recipientsOf(world, conversation.sid, author)),
        ...content,
      };
    },
    after(record, conversation, { world }) {
      createReceipts(world, record, recipientsOf(world, conversation.sid, record.author));
      attachMedia(world, record, record.media ?? []);
      recordActivity(world, conversation, { activity: world.stamp(), nextMessageIndex: record.index + 1 });
    },
  },

  update: {
    form,
    changes(record, sent, conversation, { world }) {
      checkOpen(conversation);
      checkAuthor(world, conversation.sid, sent.Author);
      if (sent.Body !== undefined && record.media !== null) throw refuse(50509);
      checkBody(world, conversation.sid, sent.Body ?? null);
      // A message must not become empty, as on create. Inferred.
      if (sent.Body === '' && record.contentSid === null) throw refuse(50503);
      const author = sent.Author === undefined ? record.author : authorOf(sent.Author);
      return {
        author,
        participantSid:
          sent.Author === undefined ? record.participantSid : participantOf(world, conversation.sid, author),
        body: sent.Body ?? record.body,
        subject: sent.Subject ?? record.subject,
        attributes: sent.Attributes ?? record.attributes,
      };
    },
  },

  delete: { check: (_, conversation) => checkOpen(conversation) },

  events: messageEvents,

  list: {
    key: 'messages',
    defaultSize: 50,
    maximum: 100,
    records(conversation, ctx) {
      const order = ctx.query('Order') ?? 'asc';
      if (order !== 'asc' && order !== 'desc') throw badParameter('Order', 'asc or desc is expected');
      const all = ctx.world.records(messages).list('conversation', conversation.sid);
      return {
        records: order === 'asc' ? all : reversed(all),
        token: {
          // `PT<index>` is recorded, and programs in use construct such tokens.
          write: (record: MessageRecord) => String(record.index),
          read: (index: string) => (/^\d{1,15}$/.test(index) ? { sortKey: Number(index) } : undefined),
        },
      };
    },
  },

  render(record, view) {
    const url = view.link('fetch', 'Conversations/Messages', record);
    return {
      sid: record.sid,
      account_sid: view.world.account,
      ...serviceSidKey(view, record),
      conversation_sid: record.conversationSid,
      body: record.body,
      media: record.media?.map(renderMedia) ?? null,
      author: record.author,
      participant_sid: record.participantSid,
      attributes: record.attributes,
      date_created: view.date(record.dateCreated),
      date_updated: view.date(record.dateUpdated),
      index: record.index,
      delivery: renderDelivery(record.delivery),
      content_sid: record.contentSid,
      url,
      links: {
        delivery_receipts: view.link('list', 'Conversations/Messages/Receipts', record),
        // The capability has no operation for this path.
        channel_metadata: `${url}/ChannelMetadata`,
      },
    };
  },
});

/** A message without an author is by `system` (published description). That an empty author is no author is inferred. */
const authorOf = (sent: string): string => (sent === '' ? 'system' : sent);

/** The participant with the author's identity, address or projected address. The rule is inferred; null for `system` is recorded. */
function participantOf(world: World, conversationSid: string, author: string): string | null {
  const all = world.records(participants);
  const key = keyOf(conversationSid, author);
  const found = all.find('identity', key) ?? all.find('address', key) ?? all.find('projectedAddress', key);
  return found?.sid ?? null;
}

/** In a group MMS the author must be a member (recorded). */
function checkAuthor(world: World, conversationSid: string, author: string | undefined): void {
  if (author === undefined || !isGroup(world, conversationSid)) return;
  if (participantOf(world, conversationSid, author) === null) throw refuse(50513);
}

const MAX_SMS_LENGTH = 1600;
const MAX_CHAT_BYTES = 32 * 1024;

/** At most 1,600 characters if a participant has an address, else 32 KiB. Two pages give one limit each; both apply. */
function checkBody(world: World, conversationSid: string, body: string | null): void {
  if (body === null) return;
  const hasAddress = world.records(participants).list('addressed', conversationSid).size > 0;
  if (hasAddress ? body.length > MAX_SMS_LENGTH : Buffer.byteLength(body) > MAX_CHAT_BYTES) throw refuse(50504);
}
