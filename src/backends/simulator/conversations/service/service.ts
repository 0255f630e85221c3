/**
 * A conversation service: the container of everything else. A new one has four roles, a configuration that names three of
 * them, notifications that are off, and no webhooks (recorded). It cannot be updated, only deleted with everything in it.
 * Its name need not be unique (inferred).
 */
import { isJsonObject, type Json } from '../../../../core/body.js';
import type { RecordBase } from '../../kernel/collection.js';
import { text } from '../../kernel/fields.js';
import { sidToken } from '../../kernel/page.js';
import { defineResource } from '../../kernel/resource.js';
import { conflict } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { refusal, refuse } from '../refusals.js';
import { createDefaultRoles } from '../role/role.js';
import { serviceFields } from './descriptions.js';
import { noNotifications } from './notification.js';
import { defaultServiceSid, services, type ServiceRecord } from './record.js';
import { noWebhooks } from './webhook.js';

export const service = defineResource({
  noun: 'Services',
  scopes: ['account'],
  descriptions: serviceFields,
  table: services,
  settings: [defaultServiceSid],
  owner: () => ({ sid: '' }),

  create: {
    form: { FriendlyName: text({ max: 256, tooLong: refusal(50003) }) },
    fields(form) {
      if (form.FriendlyName === undefined || form.FriendlyName === '') throw refuse(50000);
      return blankService(form.FriendlyName);
    },
    after: (record, _, { world }) => addDefaultRoles(world, record),
  },

  delete: {
    // Account-level paths must always have a service to act on. What Twilio does is not recorded. Inferred.
    check(record, _, { world }) {
      if (record.sid === world.get(defaultServiceSid)) throw conflict();
    },
  },

  list: {
    key: 'services',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    records: (_, { world }) => ({
      records: world.records(services).list('world', ''),
      // Tokens are base64 of a JSON object (recorded; its keys are not).
      token: {
        write: ({ sid }) => Buffer.from(JSON.stringify({ order: 'asc', sid })).toString('base64url'),
        read: (token) => sidToken(world, services).read(sidIn(token)),
      },
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
        // The capability may be loaded without the file that has this operation.
        conversation_with_participants: `${url}/ConversationWithParticipants`,
      },
    };
  },
});

/** The name is recorded. */
const DEFAULT_SERVICE_NAME = 'Default Conversations Service';

/**
 * Gives a world its default service. Every account has one without having asked for it (documentation). When Twilio
 * creates it is not recorded; here, with the account's first request (inferred).
 */
export function ensureDefaultService(world: World): void {
  if (world.get(defaultServiceSid) !== null) return;
  const { sid } = addDefaultRoles(world, world.create(services, blankService(DEFAULT_SERVICE_NAME)));
  world.set(defaultServiceSid, sid);
}

function blankService(friendlyName: string): Omit<ServiceRecord, keyof RecordBase> {
  return {
    friendlyName,
    configuration: {
      defaultConversationCreatorRoleSid: '',
      defaultConversationRoleSid: '',
      defaultChatServiceRoleSid: '',
      reachabilityEnabled: false,
    },
    notifications: noNotifications,
    webhooks: noWebhooks,
  };
}

function addDefaultRoles(world: World, record: ServiceRecord): ServiceRecord {
  const roles = createDefaultRoles(world, record.sid);
  return world.update(services, record, { configuration: { ...record.configuration, ...roles } });
}

/** The SID in a page token of services; empty for any other text. */
function sidIn(token: string): string {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString()) as Json;
    return isJsonObject(value) && typeof value['sid'] === 'string' ? value['sid'] : '';
  } catch {
    return '';
  }
}
