/**
 * A conversation service: the container of everything else. A new one comes with four roles, a configuration that
 * names three of them, silent notifications and no webhooks (recorded). It cannot be changed, only deleted, and takes
 * everything inside with it. Its name need not be unique (inferred).
 */
import { text } from '../../kernel/fields.js';
import { sidToken } from '../../kernel/page.js';
import { services } from '../tables.js';
import type { Handlers } from '../../kernel/handler.js';
import { resource } from '../../kernel/resource.js';
import { refuse } from '../../kernel/twilio-error.js';
import { createDefaultRoles } from '../role/role.js';
import { noNotifications } from './notification.js';
import { noWebhooks } from './webhook.js';

const service = resource({
  table: services,
  owner: () => ({ sid: '' }),
  find: (ctx, _, key) => ctx.world.records(services).get(key),

  create: {
    form: { FriendlyName: text({ max: 256, tooLong: 50003 }) },
    fields(form) {
      if (form.FriendlyName === undefined || form.FriendlyName === '') throw refuse(50000);
      return {
        friendlyName: form.FriendlyName,
        configuration: {
          defaultConversationCreatorRoleSid: '',
          defaultConversationRoleSid: '',
          defaultChatServiceRoleSid: '',
          reachabilityEnabled: false,
        },
        notifications: noNotifications,
        webhooks: noWebhooks,
      };
    },
    after(record, _, ctx) {
      const roles = createDefaultRoles(ctx.world, record.sid);
      return ctx.world.update(services, record, { configuration: { ...record.configuration, ...roles } });
    },
  },

  list: {
    key: 'services',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    records: (ctx) => ({
      records: ctx.world.records(services).list('world', ''),
      token: sidToken((sid) => ctx.world.placeOf(services, sid)),
    }),
    url: (ctx) => ctx.url('listservice'),
  },

  render(record, view) {
    const url = view.url('fetchservice', record.sid);
    return {
      sid: record.sid,
      // Answers of 2020 to 2022 had null here; the published description has the SID, and so have we.
      account_sid: view.world.account,
      friendly_name: record.friendlyName,
      date_created: view.date(record.dateCreated),
      date_updated: view.date(record.dateUpdated),
      url,
      links: {
        conversations: view.url('listserviceconversation', record.sid),
        users: view.url('listserviceuser', record.sid),
        roles: view.url('listservicerole', record.sid),
        bindings: view.url('listservicebinding', record.sid),
        configuration: view.url('fetchserviceconfiguration', record.sid),
        participant_conversations: view.url('listserviceparticipantconversation', record.sid),
        // Not among the 50 operations, so no operation names its path.
        conversation_with_participants: `${url}/ConversationWithParticipants`,
      },
    };
  },
});

export const serviceHandlers: Handlers = {
  createservice: service.create,
  listservice: service.list,
  fetchservice: service.fetch,
  deleteservice: service.delete,
};
