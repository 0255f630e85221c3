import { defineTable, keyOf, type RecordBase } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import { isCount, isJsonText, isSidOf, isText, oneOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import type { Setting } from '../../kernel/schema.js';
import type { World } from '../../kernel/world.js';
import { byService, inService, serviceOf } from '../service/record.js';
import { isTimersPart, type TimersPart } from './timers.js';

export const conversationStates = ['initializing', 'active', 'inactive', 'closed'] as const;
export type ConversationState = (typeof conversationStates)[number];

export interface ConversationRecord extends RecordBase {
  readonly serviceSid: string;
  readonly messagingServiceSid: string;
  readonly friendlyName: string | null;
  readonly uniqueName: string | null;
  readonly attributes: string;
  readonly state: ConversationState;
  readonly timers: TimersPart;
  readonly email: { readonly address?: string; readonly name?: string };
  readonly createdBy: string;
  /** The time of the last message (or of creation), made unique within the world: the list is sorted by it. */
  readonly activity: number;
  readonly nextMessageIndex: number;
  /** The sorted numbers of an open group MMS; `null` for any other conversation. */
  readonly groupMembers: string | null;
}

export const conversations = defineTable<ConversationRecord>()({
  name: 'conversations',
  prefix: 'CH',
  parent: inService,
  fields: {
    serviceSid: isText,
    messagingServiceSid: isText,
    friendlyName: orNull(isText),
    uniqueName: orNull(isText),
    attributes: isJsonText,
    state: oneOf(conversationStates),
    timers: isTimersPart,
    email: partOf<ConversationRecord['email']>({ address: optional(isText), name: optional(isText) }),
    createdBy: isText,
    activity: isCount,
    nextMessageIndex: isCount,
    groupMembers: orNull(isText),
  },
  unique: {
    uniqueName: (r) => (r.uniqueName === null ? undefined : keyOf(r.serviceSid, r.uniqueName)),
    groupMembers: (r) => r.groupMembers ?? undefined,
  },
  orders: {
    service: { ...byService, sortKey: (r) => r.dateCreated },
    activity: { ...byService, sortKey: (r) => r.activity },
    state: { group: (r) => keyOf(r.serviceSid, r.state), sortKey: (r) => r.dateCreated },
    due: { group: (r) => (r.timers.due === null ? undefined : ''), sortKey: (r) => r.timers.due?.at ?? 0 },
  },
});

/** The parent of a record that belongs to a conversation. */
export const inConversation = {
  table: 'conversations',
  order: 'conversation',
  sid: (record: { conversationSid: string }) => record.conversationSid,
} as const;
export const byConversation = { group: inConversation.sid };

/** The service in which messages to addresses without a configuration create conversations; `null`: they are lost. */
export const autocreateIn: Setting<string | null> = {
  name: 'autocreateIn',
  initial: () => null,
  isValid: orNull(isSidOf('IS')),
};

/** By SID or by unique name. A unique name cannot look like a SID. */
export function findConversation(world: World, serviceSid: string, key: string): ConversationRecord | undefined {
  const all = world.records(conversations);
  const bySid = all.get(key);
  return bySid?.serviceSid === serviceSid ? bySid : all.find('uniqueName', keyOf(serviceSid, key));
}

/** The conversation that the path is within. */
export function conversationOf(ctx: Context): ConversationRecord {
  return ctx.orNotFound(findConversation(ctx.world, serviceOf(ctx).sid, ctx.path('ConversationSid')));
}
