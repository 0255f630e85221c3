import type { RecordBase, Table } from './collection.js';

/**
 * What a world keeps: every kind of record, what makes it unique, and the orders in which lists show it.
 * The rules are in `resources/`, one file each.
 */

export interface ServiceRecord extends RecordBase {
  readonly friendlyName: string;
  readonly configuration: ConfigurationPart;
  readonly notifications: NotificationsPart;
  readonly webhooks: WebhooksPart;
}

export interface ConfigurationPart {
  readonly defaultConversationCreatorRoleSid: string;
  readonly defaultConversationRoleSid: string;
  readonly defaultChatServiceRoleSid: string;
  readonly reachabilityEnabled: boolean;
}

export interface NotificationPart {
  readonly enabled: boolean;
  readonly template: string | null;
  readonly sound: string | null;
}

export interface NotificationsPart {
  readonly logEnabled: boolean;
  readonly addedToConversation: NotificationPart;
  readonly newMessage: NotificationPart & {
    readonly badgeCountEnabled: boolean;
    readonly withMedia: { readonly enabled: boolean; readonly template: string | null };
  };
  readonly removedFromConversation: NotificationPart;
}

/** All null: never configured. */
export interface WebhooksPart {
  readonly preWebhookUrl: string | null;
  readonly postWebhookUrl: string | null;
  readonly filters: readonly string[] | null;
  readonly method: string | null;
}

export interface RoleRecord extends RecordBase {
  readonly serviceSid: string;
  readonly friendlyName: string;
  readonly type: 'conversation' | 'service';
  readonly permissions: readonly string[];
}

export interface UserRecord extends RecordBase {
  readonly serviceSid: string;
  readonly identity: string;
  readonly friendlyName: string | null;
  readonly attributes: string;
  readonly roleSid: string;
  /** `null`: has never been online. */
  readonly online: boolean | null;
}

export interface BindingRecord extends RecordBase {
  readonly serviceSid: string;
  readonly endpoint: string;
  readonly identity: string;
  readonly bindingType: string;
  readonly credentialSid: string;
  readonly messageTypes: readonly string[];
}

/** Timers of a conversation: ISO 8601 durations as they were given, and the moments that they lead to. */
export interface TimersPart {
  readonly inactive?: string;
  readonly closed?: string;
  readonly inactiveAt?: number;
  readonly closedAt?: number;
  /** What happens next by itself. */
  readonly due: { readonly at: number; readonly state: 'inactive' | 'closed' } | null;
}

export type ConversationState = 'initializing' | 'active' | 'inactive' | 'closed';

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
  /** The moment of the last message (or of creation), made unique within the world: the list is sorted by it. */
  readonly activity: number;
  readonly nextMessageIndex: number;
  /** The sorted numbers of a group MMS while it is open; `null` for any other conversation. */
  readonly groupMembers: string | null;
}

export interface MessagingBindingPart {
  readonly type: string;
  readonly address?: string;
  readonly proxyAddress?: string;
  readonly projectedAddress?: string;
}

export interface ParticipantRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly identity: string | null;
  readonly binding: MessagingBindingPart | null;
  readonly roleSid: string | null;
  readonly attributes: string;
  readonly lastReadMessageIndex: number | null;
  readonly lastReadTimestamp: number | null;
  readonly notificationLevel: 'default' | 'muted';
  /** False once the conversation is closed: it then holds no address pair and counts for no limit. */
  readonly open: boolean;
}

export interface MediaPart {
  readonly sid: string;
  readonly size: number;
  readonly contentType: string;
  readonly filename: string | null;
}

/** How many of a message's receipts have reached each status; a delivered one counts as sent too. */
export interface DeliveryPart {
  readonly total: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly undelivered: number;
}

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

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered';

export interface ReceiptRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly messageSid: string;
  readonly participantSid: string;
  readonly channelMessageSid: string;
  readonly status: ReceiptStatus;
  readonly errorCode: number;
  /** What will become of it, the next step first. */
  readonly plan: readonly PlannedStep[];
}

/** A status that a receipt will take, `at` a moment of its world's clock. */
export interface PlannedStep {
  readonly at: number;
  readonly status: ReceiptStatus;
  readonly errorCode: number;
}

export interface ScopedWebhookRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly target: 'webhook' | 'trigger' | 'studio';
  readonly configuration: {
    readonly url?: string;
    readonly method?: string;
    readonly filters?: readonly string[];
    readonly triggers?: readonly string[];
    readonly flowSid?: string;
    readonly replayAfter?: number;
  };
}

/** A file that a message may carry. Twilio takes uploads on another host; here they come from seeds. */
export interface MediaRecord extends RecordBase {
  readonly serviceSid: string;
  readonly size: number;
  readonly contentType: string;
  readonly filename: string | null;
  readonly messageSid: string | null;
}

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
    service: { ...byService, major: (r) => r.dateCreated },
    activity: { ...byService, major: (r) => r.activity },
    state: { group: (r) => keyOf(r.serviceSid, r.state), major: (r) => r.dateCreated },
    due: { group: (r) => (r.timers.due === null ? undefined : ''), major: (r) => r.timers.due?.at ?? 0 },
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
      major: (r) => r.conversationSid,
    },
    openIdentity: { group: (r) => (r.open && r.identity !== null ? keyOf(r.serviceSid, r.identity) : undefined) },
    atAddress: {
      group: (r) => (r.binding?.address === undefined ? undefined : keyOf(r.serviceSid, r.binding.address)),
      major: (r) => r.conversationSid,
    },
  },
});

export const messages = table<MessageRecord>()({
  name: 'messages',
  prefix: 'IM',
  parent: inConversation,
  unique: {},
  orders: { conversation: { ...byConversation, major: (r) => r.index } },
});

export const receipts = table<ReceiptRecord>()({
  name: 'receipts',
  prefix: 'DY',
  parent: { table: 'messages', order: 'message', sid: (r) => r.messageSid },
  unique: {},
  orders: {
    message: { group: (r) => r.messageSid },
    due: { group: (r) => (r.plan.length === 0 ? undefined : ''), major: (r) => r.plan[0]?.at ?? 0 },
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
