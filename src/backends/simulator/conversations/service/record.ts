import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Context, View } from '../../kernel/context.js';
import { type Checks, isFlag, isSidOf, isText, listOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import type { Setting } from '../../kernel/schema.js';
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

const notificationChecks: Checks<NotificationPart> = {
  enabled: isFlag,
  template: orNull(isText),
  sound: orNull(isText),
};

export const services = defineTable<ServiceRecord>()({
  name: 'services',
  prefix: 'IS',
  fields: {
    friendlyName: isText,
    configuration: partOf<ConfigurationPart>({
      defaultConversationCreatorRoleSid: isText,
      defaultConversationRoleSid: isText,
      defaultChatServiceRoleSid: isText,
      reachabilityEnabled: isFlag,
    }),
    notifications: partOf<NotificationsPart>({
      logEnabled: isFlag,
      addedToConversation: partOf(notificationChecks),
      newMessage: partOf<NotificationsPart['newMessage']>({
        ...notificationChecks,
        badgeCountEnabled: isFlag,
        withMedia: partOf<NotificationsPart['newMessage']['withMedia']>({ enabled: isFlag, template: orNull(isText) }),
      }),
      removedFromConversation: partOf(notificationChecks),
    }),
    webhooks: partOf<WebhooksPart>({
      preWebhookUrl: orNull(isText),
      postWebhookUrl: orNull(isText),
      filters: orNull(listOf(isText)),
      method: orNull(isText),
    }),
  },
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

/** The service that account-level paths act on; `null` until the world has one. */
export const defaultServiceSid: Setting<string | null> = {
  name: 'defaultServiceSid',
  initial: () => null,
  isValid: optional(orNull(isSidOf('IS'))),
};

/** The service that the path is within: by SID, or the default service in an account-level path (documentation). */
export function serviceOf(ctx: Context): ServiceRecord {
  const sid = ctx.scope === 'account' ? ctx.world.get(defaultServiceSid) : ctx.path('ChatServiceSid');
  return ctx.orNotFound(ctx.world.records(services).get(sid ?? ''));
}

/** `chat_service_sid` of a message, receipt, participant or scoped webhook: not in account-level responses (published description). */
export function serviceSidKey(
  { scope }: View,
  { serviceSid }: { readonly serviceSid: string },
): { readonly chat_service_sid?: string } {
  return scope === 'account' ? {} : { chat_service_sid: serviceSid };
}

export function serviceSids(world: World): string[] {
  return Array.from(world.records(services).values(), ({ sid }) => sid);
}
