import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import { isIndex, isJsonText } from '../attributes.js';
import { byConversation, conversationOf, inConversation } from '../conversation/record.js';
import type { DeliveryPart } from './delivery.js';
import type { MediaPart } from '../media/record.js';

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
  isValid: (r) =>
    isIndex(r.index) &&
    typeof r.author === 'string' &&
    isJsonText(r.attributes) &&
    [r.body, r.subject].every((text) => text === null || typeof text === 'string'),
  unique: {},
  orders: { conversation: { ...byConversation, sortKey: (r) => r.index } },
});

/** The message that the path is within. */
export function messageOf(ctx: Context): MessageRecord {
  const conversation = conversationOf(ctx);
  const found = ctx.world.records(messages).get(ctx.path('MessageSid'));
  return ctx.orNotFound(found?.conversationSid === conversation.sid ? found : undefined);
}
