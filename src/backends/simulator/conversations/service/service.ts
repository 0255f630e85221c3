/**
 * A conversation service: the container of everything else. A new one has four roles, a configuration that names three of
 * them, notifications that are off, and no webhooks (recorded). It cannot be updated, only deleted with everything in it.
 * Its name need not be unique (inferred).
 */
import { text } from '../../kernel/fields.js';
import { sidToken } from '../../kernel/page.js';
import { defineResource } from '../../kernel/resource.js';
import { refusal, refuse } from '../refusals.js';
import { createDefaultRoles } from '../role/role.js';
import { serviceFields } from './descriptions.js';
import { noNotifications } from './notification.js';
import { services } from './record.js';
import { noWebhooks } from './webhook.js';

export const service = defineResource({
  noun: 'Services',
  scopes: ['account'],
  descriptions: serviceFields,
  table: services,
  owner: () => ({ sid: '' }),

  create: {
    form: { FriendlyName: text({ max: 256, tooLong: refusal(50003) }) },
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
    after(record, _, { world }) {
      const roles = createDefaultRoles(world, record.sid);
      return world.update(services, record, { configuration: { ...record.configuration, ...roles } });
    },
  },

  delete: {},

  list: {
    key: 'services',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    records: (_, { world }) => ({
      records: world.records(services).list('world', ''),
      token: sidToken(world, services),
    }),
  },

  render(record, view) {
    const url = view.link('fetch', 'Services', record);
    return {
      sid: record.sid,
      // Null in responses of 2020 to 2022; the published description has the SID.
      account_sid: view.world.account,
      friendly_name: record.friendlyName,
      date_created: view.date(record.dateCreated),
      date_updated: view.date(record.dateUpdated),
      url,
      links: {
        conversations: view.link('list', 'Conversations', record, 'service'),
        users: view.link('list', 'Users', record, 'service'),
        roles: view.link('list', 'Roles', record, 'service'),
        bindings: view.link('list', 'Bindings', record, 'service'),
        configuration: view.link('fetch', 'Configuration', record, 'service'),
        participant_conversations: view.link('list', 'ParticipantConversations', record, 'service'),
        // The capability has no operation for this path.
        conversation_with_participants: `${url}/ConversationWithParticipants`,
      },
    };
  },
});
