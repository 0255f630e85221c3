/**
 * A role: a named list of permissions. Roles bind users of the client SDKs only; a REST caller may do everything
 * (documentation). The four default roles and the creator's permissions are recorded, the other three lists inferred.
 */
import { list, oneOf, text } from '../../kernel/fields.js';
import type { ConfigurationPart, RoleRecord } from '../records.js';
import { roles } from '../tables.js';
import type { Handlers } from '../../kernel/handler.js';
import { resource } from '../../kernel/resource.js';
import { missingParameter, refuse } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';

/** Accepted by the real service for either type (recorded through a configuration tool). */
const eitherType = [
  'addParticipant',
  'addNonChatParticipant',
  'removeParticipant',
  'editConversationName',
  'editConversationAttributes',
  'deleteConversation',
  'editOwnMessage',
  'editAnyMessage',
  'editOwnMessageAttributes',
  'editAnyMessageAttributes',
  'deleteOwnMessage',
  'deleteAnyMessage',
  'editOwnParticipantAttributes',
  'editAnyParticipantAttributes',
  'readChannelMetadata',
];

const permissionsOf: Readonly<Record<RoleRecord['type'], ReadonlySet<string>>> = {
  conversation: new Set([
    ...eitherType,
    'sendMessage',
    'sendMediaMessage',
    'leaveConversation',
    'editNotificationLevel',
  ]),
  service: new Set([...eitherType, 'createConversation', 'joinConversation', 'editOwnUserInfo', 'editAnyUserInfo']),
};

const role = resource({
  table: roles,
  owner: (ctx) => ctx.service,

  create: {
    form: {
      // The published description says 64; a configuration tool's tests against the real service use 256.
      FriendlyName: text({ max: 256, tooLong: 50003 }),
      Type: oneOf(['conversation', 'service'], 50105),
      Permission: list,
    },
    fields(form, ctx) {
      if (form.FriendlyName === undefined || form.FriendlyName === '') throw refuse(50000);
      if (form.Type === undefined) throw refuse(50105);
      return {
        serviceSid: ctx.service.sid,
        friendlyName: form.FriendlyName,
        type: form.Type,
        permissions: checkPermissions(form.Permission, form.Type),
      };
    },
  },

  update: {
    form: { Permission: list },
    changes: (record, form) => ({ permissions: checkPermissions(form.Permission, record.type) }),
  },

  list: {
    key: 'roles',
    defaultSize: 50,
    maximum: 50,
    url: (ctx, serviceSid) => ctx.url('listservicerole', serviceSid),
  },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    friendly_name: record.friendlyName,
    type: record.type,
    permissions: record.permissions,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.url('fetchservicerole', record.serviceSid, record.sid),
  }),
});

export const roleHandlers: Handlers = {
  createservicerole: role.create,
  listservicerole: role.list,
  fetchservicerole: role.fetch,
  updateservicerole: role.update,
  // Whether Twilio refuses to delete a role in use is unknown; here it goes, and its holders keep its SID. Inferred.
  deleteservicerole: role.delete,
};

/** An unknown name has one code with one that does not fit the type (dictionary); which fit was recorded through a tool. */
function checkPermissions(permissions: readonly string[] | undefined, type: RoleRecord['type']): readonly string[] {
  if (permissions === undefined || permissions.length === 0) throw missingParameter('Permission');
  if (!permissions.every((permission) => permissionsOf[type].has(permission))) throw refuse(50104);
  return permissions;
}

/** The role of a service, when it has this type; a SID of another service or type is as good as none. */
export function findRole(
  world: World,
  serviceSid: string,
  sid: string,
  type: RoleRecord['type'],
): RoleRecord | undefined {
  const found = world.records(roles).get(sid);
  return found?.serviceSid === serviceSid && found.type === type ? found : undefined;
}

/** The four roles of a new service. Their names still say "channel", their type "conversation" (recorded). */
export function createDefaultRoles(world: World, serviceSid: string): Omit<ConfigurationPart, 'reachabilityEnabled'> {
  const make = (friendlyName: string, type: RoleRecord['type'], permissions: readonly string[]): string =>
    world.create(roles, { serviceSid, friendlyName, type, permissions }).sid;

  make('service admin', 'service', [
    'addParticipant',
    'joinConversation',
    'editAnyUserInfo',
    'deleteConversation',
    'removeParticipant',
    'editConversationName',
    'editConversationAttributes',
    'editAnyMessage',
    'editAnyMessageAttributes',
    'editAnyParticipantAttributes',
    'deleteAnyMessage',
    'createConversation',
  ]);
  return {
    defaultChatServiceRoleSid: make('service user', 'service', [
      'createConversation',
      'joinConversation',
      'editOwnUserInfo',
    ]),
    defaultConversationCreatorRoleSid: make('channel admin', 'conversation', [
      'deleteConversation',
      'removeParticipant',
      'editConversationName',
      'editConversationAttributes',
      'addParticipant',
      'sendMessage',
      'sendMediaMessage',
      'leaveConversation',
      'editAnyMessage',
      'editAnyMessageAttributes',
      'editAnyParticipantAttributes',
      'deleteAnyMessage',
      'editNotificationLevel',
    ]),
    defaultConversationRoleSid: make('channel user', 'conversation', [
      'sendMessage',
      'sendMediaMessage',
      'leaveConversation',
      'editNotificationLevel',
      'editOwnMessage',
      'editOwnMessageAttributes',
      'deleteOwnMessage',
    ]),
  };
}
