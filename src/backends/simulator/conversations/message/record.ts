import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import { isCount, isJsonText, isText, listOf, orNull } from '../../kernel/record-fields.js';
import { byConversation, conversationOf, inConversation } from '../conversation/record.js';
import { isMediaPart, type MediaPart } from '../media/record.js';
import { type DeliveryPart, isDeliveryPart } from './delivery.js';

export interface MessageRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly index: number;
  readonly author: string;
  readonly participantSid: string | null;
  readonly body: string | null;
  readonly subject: string | null;
  readonly attributes: string;
  readonly media: readonly MediaPart[] | null;
  readonly contentSid: string | null;
  readonly contentVariables: string | null;
  readonly delivery: DeliveryPart | null;
}

export const messages = defineTable<MessageRecord>()({
  name: 'messages',
  prefix: 'IM',
  parent: inConversation,
  fields: {
    serviceSid: isText,
    conversationSid: isText,
    index: isCount,
    author: isText,
    participantSid: orNull(isText),
    body: orNull(isText),
    subject: orNull(isText),
    attributes: isJsonText,
    media: orNull(listOf(isMediaPart)),
    contentSid: orNull(isText),
    contentVariables: orNull(isText),
    delivery: orNull(isDeliveryPart),
  },
  unique: {},
  orders: { conversation: { ...byConversation, sortKey: (r) => r.index } },
});

/** The message that the path is within. */
export function messageOf(ctx: Context): MessageRecord {
  const conversation = conversationOf(ctx);
  const found = ctx.world.records(messages).get(ctx.path('MessageSid'));
  return ctx.orNotFound(found?.conversationSid === conversation.sid ? found : undefined);
}
