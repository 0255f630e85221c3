import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import type { World } from '../../kernel/world.js';

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

/** All null until webhooks are configured. */
export interface WebhooksPart {
  readonly preWebhookUrl: string | null;
  readonly postWebhookUrl: string | null;
  readonly filters: readonly string[] | null;
  readonly method: string | null;
}

export const services = defineTable<ServiceRecord>()({
  name: 'services',
  prefix: 'IS',
  unique: {},
  orders: { world: { group: () => '' } },
});

/** The parent of a record that belongs to a service. */
export const inService = {
  table: 'services',
  order: 'service',
  sid: (record: { serviceSid: string }) => record.serviceSid,
} as const;
export const byService = { group: inService.sid };

/** The service that the path is within. A path names it by SID only. */
export function serviceOf(ctx: Context): ServiceRecord {
  return ctx.orNotFound(ctx.world.records(services).get(ctx.path('ChatServiceSid')));
}

export function serviceSids(world: World): string[] {
  return Array.from(world.records(services).values(), ({ sid }) => sid);
}
