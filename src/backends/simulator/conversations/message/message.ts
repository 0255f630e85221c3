/**
 * A message. Its index counts from 0 and is never given twice; deleting leaves a gap (documentation). The author may be
 * any text, except in a group MMS (recorded). A `Subject` can be sent but is not in the answer (published description).
 */
import type { Context } from '../../kernel/context.js';
import { messageParameters } from '../event.js';
import { anyText, jsonText, moment, text } from '../../kernel/fields.js';
import { reversed } from '../../kernel/sorted-list.js';
import type { MediaPart, MessageRecord } from '../records.js';
import { conversations, keyOf, media, messages, participants } from '../tables.js';
import type { Handlers } from '../../kernel/handler.js';
import type { EventsOf } from '../../kernel/record-event.js';
import { resource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import { badParameter, refuse } from '../../kernel/twilio-error.js';
import { checkOpen, noteActivity } from '../conversation/rules.js';
import { checkContent } from './content.js';
import { isGroup } from '../participant/rules.js';
import { createReceipts, recipientsOf, renderDelivery, summaryOf } from '../receipt/receipt.js';

const form = {
  Author: text({ max: 256, tooLong: 50310 }),
  Body: anyText,
  DateCreated: moment(50308),
  DateUpdated: moment(50309),
  Attributes: jsonText(4 * 1024),
  Subject: text({ max: 256 }),
};

/** How the events of messages are named and what they say. */
export const messageEvents: EventsOf<MessageRecord> = {
  noun: 'Message',
  changeable: { body: 'Body', author: 'Author', attributes: 'Attributes' },
  parameters: (phase, record, { world }) =>
    messageParameters(
      phase,
      record,
      world.now(),
      world.records(conversations).get(record.conversationSid)?.messagingServiceSid,
    ),
};

const message = resource({
  table: messages,
  owner: (ctx) => ctx.conversation,

  create: {
    form: { ...form, MediaSid: anyText, ContentSid: anyText, ContentVariables: anyText },
    fields(sent, ctx) {
      const { conversation } = ctx;
      checkOpen(conversation);
      const author = authorOf(sent.Author ?? '');
      checkAuthor(ctx, sent.Author);
      const content = checkContent(sent.ContentSid, sent.ContentVariables);
      // With a template both are ignored (published description).
      const body = content.contentSid === null ? (sent.Body ?? null) : null;
      const file = content.contentSid === null ? findMedia(ctx, sent.MediaSid) : null;
      if ((body === null || body === '') && file === null && content.contentSid === null) throw refuse(50503);
      checkBody(ctx, body);
      return {
        serviceSid: conversation.serviceSid,
        conversationSid: conversation.sid,
        index: conversation.nextMessageIndex,
        author,
        participantSid: participantOf(ctx, author),
        body,
        subject: sent.Subject ?? null,
        attributes: sent.Attributes ?? '{}',
        media: file === null ? null : [file],
        delivery: summaryOf(recipientsOf(ctx.world, conversation.sid, author).map(() => 'sent')),
        ...content,
      };
    },
    after(record, _, ctx) {
      const { world, conversation } = ctx;
      createReceipts(world, record, recipientsOf(world, conversation.sid, record.author));
      for (const file of record.media ?? []) {
        const kept = world.records(media).get(file.sid);
        if (kept !== undefined) world.update(media, kept, { messageSid: record.sid });
      }
      noteActivity(world, conversation, { activity: world.stamp(), nextMessageIndex: record.index + 1 });
      return record;
    },
  },

  update: {
    form,
    changes(record, sent, ctx) {
      checkOpen(ctx.conversation);
      checkAuthor(ctx, sent.Author);
      if (sent.Body !== undefined && record.media !== null) throw refuse(50509);
      checkBody(ctx, sent.Body ?? null);
      // A message is never left empty, as on create. Inferred.
      if (sent.Body === '' && record.contentSid === null) throw refuse(50503);
      const author = sent.Author === undefined ? record.author : authorOf(sent.Author);
      return {
        author,
        participantSid: sent.Author === undefined ? record.participantSid : participantOf(ctx, author),
        body: sent.Body ?? record.body,
        subject: sent.Subject ?? record.subject,
        attributes: sent.Attributes ?? record.attributes,
      };
    },
  },

  remove: { check: (_, ctx) => checkOpen(ctx.conversation) },

  events: messageEvents,

  list: {
    key: 'messages',
    defaultSize: 50,
    maximum: 100,
    records(ctx, conversationSid) {
      const order = ctx.query('Order') ?? 'asc';
      if (order !== 'asc' && order !== 'desc') throw badParameter('Order', 'asc or desc is expected');
      const all = ctx.world.records(messages).list('conversation', conversationSid);
      return {
        records: order === 'asc' ? all : reversed(all),
        token: {
          // `PT<index>` is the recorded form, and programs in use write such tokens themselves.
          write: (record: MessageRecord) => String(record.index),
          read: (index: string) => (/^\d{1,15}$/.test(index) ? { sortKey: Number(index) } : undefined),
        },
      };
    },
    url: (ctx, conversationSid) => ctx.url('listserviceconversationmessage', ctx.service.sid, conversationSid),
  },

  render(record, view) {
    const url = view.url('fetchserviceconversationmessage', record.serviceSid, record.conversationSid, record.sid);
    return {
      sid: record.sid,
      account_sid: view.world.account,
      chat_service_sid: record.serviceSid,
      conversation_sid: record.conversationSid,
      body: record.body,
      media:
        record.media?.map(({ sid, size, contentType, filename }) => ({
          sid,
          size,
          content_type: contentType,
          filename,
        })) ?? null,
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
        delivery_receipts: view.url(
          'listserviceconversationmessagereceipt',
          record.serviceSid,
          record.conversationSid,
          record.sid,
        ),
        // Not among the 50 operations, so no operation names its path.
        channel_metadata: `${url}/ChannelMetadata`,
      },
    };
  },
});

export const messageHandlers: Handlers = {
  createserviceconversationmessage: message.create,
  listserviceconversationmessage: message.list,
  fetchserviceconversationmessage: message.fetch,
  updateserviceconversationmessage: message.update,
  deleteserviceconversationmessage: message.delete,
};

/** A message of nobody is the system's (published description); an empty author is as good as none (inferred). */
const authorOf = (sent: string): string => (sent === '' ? 'system' : sent);

/** The participant whose identity or address the author is. The rule is inferred, null for `system` recorded. */
function participantOf(ctx: Context, author: string): string | null {
  const all = ctx.world.records(participants);
  const key = keyOf(ctx.conversation.sid, author);
  return (all.find('identity', key) ?? all.find('address', key))?.sid ?? null;
}

/** In a group MMS the author must be a member (recorded). */
function checkAuthor(ctx: Context, author: string | undefined): void {
  if (author === undefined || !isGroup(ctx.world, ctx.conversation.sid)) return;
  if (participantOf(ctx, author) === null) throw refuse(50513);
}

const LONGEST_SMS = 1600;
const LONGEST_CHAT_BYTES = 32 * 1024;

/** 1,600 characters where somebody reads it on a phone, 32 KB elsewhere: two limits of two pages, both kept. */
function checkBody(ctx: Context, body: string | null): void {
  if (body === null) return;
  const onPhones = ctx.world.records(participants).list('addressed', ctx.conversation.sid).size > 0;
  if (onPhones ? body.length > LONGEST_SMS : Buffer.byteLength(body) > LONGEST_CHAT_BYTES) throw refuse(50504);
}

/** A file is carried by one message; another service's is as good as none (dictionary). */
function findMedia(ctx: Context, sid: string | undefined): MediaPart | null {
  if (sid === undefined || sid === '') return null;
  if (!isSid(sid, 'ME')) throw refuse(50510);
  const found = ctx.world.records(media).get(sid);
  if (found?.serviceSid !== ctx.service.sid) throw refuse(50507);
  if (found.messageSid !== null) throw refuse(50508);
  return { sid, size: found.size, contentType: found.contentType, filename: found.filename };
}
