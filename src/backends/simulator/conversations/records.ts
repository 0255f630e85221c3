import type { RecordBase } from '../kernel/collection.js';

/** What a world keeps: every kind of record. How they are found is in `tables.ts`, the rules are in `resources/`. */

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
