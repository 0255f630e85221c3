/** A service's configuration: the roles that new users and participants get. It has no SID and no dates (published description). */
import { anyText, flag } from '../../kernel/fields.js';
import type { World } from '../../kernel/world.js';
import { refuse, type RefusalCode } from '../refusals.js';
import { findRole, type RoleType } from '../role/role.js';
import { configurationFields } from './descriptions.js';
import { definePart } from './part.js';

export const configuration = definePart({
  noun: 'Configuration',
  descriptions: configurationFields,

  form: {
    DefaultConversationCreatorRoleSid: anyText,
    DefaultConversationRoleSid: anyText,
    DefaultChatServiceRoleSid: anyText,
    ReachabilityEnabled: flag,
  },

  changes({ sid: serviceSid, configuration: before }, form, { world }) {
    const role = (sid: string | undefined, type: RoleType, unknown: RefusalCode): string | undefined =>
      sid === undefined ? undefined : checkRole(world, serviceSid, sid, type, unknown);
    return {
      configuration: {
        defaultConversationCreatorRoleSid:
          role(form.DefaultConversationCreatorRoleSid, 'conversation', 50106) ??
          before.defaultConversationCreatorRoleSid,
        defaultConversationRoleSid:
          role(form.DefaultConversationRoleSid, 'conversation', 50109) ?? before.defaultConversationRoleSid,
        defaultChatServiceRoleSid:
          role(form.DefaultChatServiceRoleSid, 'service', 50102) ?? before.defaultChatServiceRoleSid,
        reachabilityEnabled: form.ReachabilityEnabled ?? before.reachabilityEnabled,
      },
    };
  },

  render: (service, view) => ({
    chat_service_sid: service.sid,
    default_conversation_creator_role_sid: service.configuration.defaultConversationCreatorRoleSid,
    default_conversation_role_sid: service.configuration.defaultConversationRoleSid,
    default_chat_service_role_sid: service.configuration.defaultChatServiceRoleSid,
    reachability_enabled: service.configuration.reachabilityEnabled,
    url: view.link('fetch', 'Configuration', service),
    links: {
      notifications: view.link('fetch', 'Configuration/Notifications', service),
      webhooks: view.link('fetch', 'Configuration/Webhooks', service),
    },
  }),
});

/** A missing role and a role of the other type have the same code (dictionary). */
function checkRole(world: World, serviceSid: string, sid: string, type: RoleType, unknown: RefusalCode): string {
  if (findRole(world, serviceSid, sid, type) === undefined) throw refuse(unknown);
  return sid;
}
