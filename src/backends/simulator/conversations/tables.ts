import type { RecordBase, Table } from '../kernel/collection.js';
import type {
  BindingRecord,
  ConversationRecord,
  MediaRecord,
  MessageRecord,
  ParticipantRecord,
  ReceiptRecord,
  RoleRecord,
  ScopedWebhookRecord,
  ServiceRecord,
  UserRecord,
} from './records.js';

/** How the records of a world are found: what makes each kind unique, and the orders in which lists show it. */

/** Joins the parts of a key so that no two different sets of parts make the same text: each tells its length. */
export function keyOf(...parts: readonly string[]): string {
  let key = '';
  for (const part of parts) key += `${part.length}:${part}`;
  return key;
}

/** Ties a table's literal names to its record type. */
function table<R extends RecordBase>() {
  return <U extends string, O extends string>(definition: Table<R, U, O>): Table<R, U, O> => definition;
}

const inService = { table: 'services', order: 'service', sid: (r: { serviceSid: string }) => r.serviceSid } as const;
const inConversation = {
  table: 'conversations',
  order: 'conversation',
  sid: (r: { conversationSid: string }) => r.conversationSid,
} as const;
const byService = { group: (r: { serviceSid: string }) => r.serviceSid };
const byConversation = { group: (r: { conversationSid: string }) => r.conversationSid };

export const services = table<ServiceRecord>()({
  name: 'services',
  prefix: 'IS',
  unique: {},
  orders: { world: { group: () => '' } },
});

export const roles = table<RoleRecord>()({
  name: 'roles',
  prefix: 'RL',
  parent: inService,
  unique: {},
  orders: { service: byService },
});

export const users = table<UserRecord>()({
  name: 'users',
  prefix: 'US',
  parent: inService,
  unique: { identity: (r) => keyOf(r.serviceSid, r.identity) },
  orders: { service: byService },
});

export const bindings = table<BindingRecord>()({
  name: 'bindings',
  prefix: 'BS',
  parent: inService,
  unique: {},
  orders: {
    service: byService,
    type: { group: (r) => keyOf(r.serviceSid, r.bindingType) },
    identity: { group: (r) => keyOf(r.serviceSid, r.identity) },
    typeAndIdentity: { group: (r) => keyOf(r.serviceSid, r.bindingType, r.identity) },
  },
});

export const media = table<MediaRecord>()({
  name: 'media',
  prefix: 'ME',
  parent: inService,
  unique: {},
  orders: { service: byService },
});

export const conversations = table<ConversationRecord>()({
  name: 'conversations',
  prefix: 'CH',
  parent: inService,
  unique: {
    uniqueName: (r) => (r.uniqueName === null ? undefined : keyOf(r.serviceSid, r.uniqueName)),
    groupMembers: (r) => (r.groupMembers === null ? undefined : r.groupMembers),
  },
  orders: {
    service: { ...byService, sortKey: (r) => r.dateCreated },
    activity: { ...byService, sortKey: (r) => r.activity },
    state: { group: (r) => keyOf(r.serviceSid, r.state), sortKey: (r) => r.dateCreated },
    due: { group: (r) => (r.timers.due === null ? undefined : ''), sortKey: (r) => r.timers.due?.at ?? 0 },
  },
});

export const participants = table<ParticipantRecord>()({
  name: 'participants',
  prefix: 'MB',
  parent: inConversation,
  unique: {
    identity: (r) => (r.identity === null ? undefined : keyOf(r.conversationSid, r.identity)),
    address: (r) => (r.binding?.address === undefined ? undefined : keyOf(r.conversationSid, r.binding.address)),
    // A pair of numbers is held by one open conversation of the whole account.
    addressPair: (r) =>
      r.open && r.binding?.address !== undefined && r.binding.proxyAddress !== undefined
        ? keyOf(r.binding.address, r.binding.proxyAddress)
        : undefined,
  },
  orders: {
    conversation: byConversation,
    /** Those that get receipts. */
    addressed: { group: (r) => (r.binding?.address === undefined ? undefined : r.conversationSid) },
    /** Those not on chat, for the limit; and the members of a group MMS. */
    bound: { group: (r) => (r.binding === null ? undefined : r.conversationSid) },
    identity: {
      group: (r) => (r.identity === null ? undefined : keyOf(r.serviceSid, r.identity)),
      sortKey: (r) => r.conversationSid,
    },
    openIdentity: { group: (r) => (r.open && r.identity !== null ? keyOf(r.serviceSid, r.identity) : undefined) },
    atAddress: {
      group: (r) => (r.binding?.address === undefined ? undefined : keyOf(r.serviceSid, r.binding.address)),
      sortKey: (r) => r.conversationSid,
    },
  },
});

export const messages = table<MessageRecord>()({
  name: 'messages',
  prefix: 'IM',
  parent: inConversation,
  unique: {},
  orders: { conversation: { ...byConversation, sortKey: (r) => r.index } },
});

export const receipts = table<ReceiptRecord>()({
  name: 'receipts',
  prefix: 'DY',
  parent: { table: 'messages', order: 'message', sid: (r) => r.messageSid },
  unique: {},
  orders: {
    message: { group: (r) => r.messageSid },
    due: { group: (r) => (r.plan.length === 0 ? undefined : ''), sortKey: (r) => r.plan[0]?.at ?? 0 },
  },
});

export const scopedWebhooks = table<ScopedWebhookRecord>()({
  name: 'scopedWebhooks',
  prefix: 'WH',
  parent: inConversation,
  unique: {},
  orders: { conversation: byConversation },
});

/** Parents before children: a saved world is read back in this order. */
export const tables = [
  services,
  roles,
  users,
  bindings,
  media,
  conversations,
  participants,
  messages,
  receipts,
  scopedWebhooks,
] as const;
