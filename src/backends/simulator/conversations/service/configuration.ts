/** A service's configuration: the roles that new users and participants get. No SID and no dates (published description). */
import { anyText, flag } from '../../kernel/fields.js';
import type { Handlers } from '../../kernel/handler.js';
import { refuse, type RefusalCode } from '../../kernel/twilio-error.js';
import type { Context } from '../../kernel/context.js';
import type { RoleRecord } from '../records.js';
import { findRole } from '../role/role.js';
import { servicePart } from './part.js';

const configuration = servicePart({
  form: {
    DefaultConversationCreatorRoleSid: anyText,
    DefaultConversationRoleSid: anyText,
    DefaultChatServiceRoleSid: anyText,
    ReachabilityEnabled: flag,
  },

  changes(record, form, ctx) {
    const { configuration: before } = record;
    return {
      configuration: {
        defaultConversationCreatorRoleSid:
          checkRole(ctx, form.DefaultConversationCreatorRoleSid, 'conversation', 50106) ??
          before.defaultConversationCreatorRoleSid,
        defaultConversationRoleSid:
          checkRole(ctx, form.DefaultConversationRoleSid, 'conversation', 50109) ?? before.defaultConversationRoleSid,
        defaultChatServiceRoleSid:
          checkRole(ctx, form.DefaultChatServiceRoleSid, 'service', 50102) ?? before.defaultChatServiceRoleSid,
        reachabilityEnabled: form.ReachabilityEnabled ?? before.reachabilityEnabled,
      },
    };
  },

  render: (record, view) => ({
    chat_service_sid: record.sid,
    default_conversation_creator_role_sid: record.configuration.defaultConversationCreatorRoleSid,
    default_conversation_role_sid: record.configuration.defaultConversationRoleSid,
    default_chat_service_role_sid: record.configuration.defaultChatServiceRoleSid,
    reachability_enabled: record.configuration.reachabilityEnabled,
    url: view.url('fetchserviceconfiguration', record.sid),
    links: {
      notifications: view.url('fetchservicenotification', record.sid),
      webhooks: view.url('fetchservicewebhookconfiguration', record.sid),
    },
  }),
});

export const serviceConfigurationHandlers: Handlers = {
  fetchserviceconfiguration: configuration.fetch,
  updateserviceconfiguration: configuration.update,
};

/** A role that is missing or of the other type is refused alike: the dictionary has one code for both. */
function checkRole(
  ctx: Context,
  sid: string | undefined,
  type: RoleRecord['type'],
  otherwise: RefusalCode,
): string | undefined {
  if (sid !== undefined && findRole(ctx.world, ctx.service.sid, sid, type) === undefined) throw refuse(otherwise);
  return sid;
}
