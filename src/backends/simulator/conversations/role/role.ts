/**
 * A role: a named list of permissions. Roles apply to users of the client SDKs only; a REST caller may do everything
 * (documentation). The four default roles and the creator's permissions are recorded, the other three lists inferred.
 */
import { defineTable, type RecordBase } from '../../kernel/collection.js';
import { list, oneOf, text } from '../../kernel/fields.js';
import { isText, listOf, oneOf as isOneOf } from '../../kernel/record-fields.js';
import { defineResource } from '../../kernel/resource.js';
import { missingParameter } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { refusal, refuse } from '../refusals.js';
import { byService, inService, serviceOf, type ConfigurationPart } from '../service/record.js';

export type RoleType = 'conversation' | 'service';

export interface RoleRecord extends RecordBase {
  readonly serviceSid: string;
  readonly friendlyName: string;
  readonly type: RoleType;
  readonly permissions: readonly string[];
}

export const roles = defineTable<RoleRecord>()({
  name: 'roles',
  prefix: 'RL',
  parent: inService,
  fields: {
    serviceSid: isText,
    friendlyName: isText,
    type: isOneOf(['conversation', 'service']),
    permissions: listOf(isText),
  },
  unique: {},
  orders: { service: byService },
});

/** Accepted by Twilio for both types (recorded by a configuration tool). */
const sharedPermissions = [
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

const permissionsOf: Readonly<Record<RoleType, ReadonlySet<string>>> = {
  conversation: new Set([
    ...sharedPermissions,
    'sendMessage',
    'sendMediaMessage',
    'leaveConversation',
    'editNotificationLevel',
  ]),
  service: new Set([
    ...sharedPermissions,
    'createConversation',
    'joinConversation',
    'editOwnUserInfo',
    'editAnyUserInfo',
  ]),
};

export const role = defineResource({
  noun: 'Roles',
  scopes: ['account', 'service'],
  descriptions: {
    FriendlyName: 'Display name, at most 256 characters; need not be unique.',
    Permission: 'All permissions of the role, e.g. sendMessage. They must fit its type.',
    Sid: 'SID of the role, RL….',
    Type: 'Whether the role is for users of the service or for participants of conversations.',
  },
  table: roles,
  owner: serviceOf,

  create: {
    form: {
      // The published description says 64; a configuration tool's tests against Twilio use 256.
      FriendlyName: text({ max: 256, tooLong: refusal(50003) }),
      Type: oneOf(['conversation', 'service'], refusal(50105)),
      Permission: list,
    },
    fields(form, service) {
      if (form.FriendlyName === undefined || form.FriendlyName === '') throw refuse(50000);
      if (form.Type === undefined) throw refuse(50105);
      return {
        serviceSid: service.sid,
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

  // Whether Twilio refuses to delete a role in use is unknown. Here its users and participants keep its SID. Inferred.
  delete: {},

  list: { key: 'roles', defaultSize: 50, maximum: 50 },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    friendly_name: record.friendlyName,
    type: record.type,
    permissions: record.permissions,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.link('fetch', 'Roles', record),
  }),
});

/** Unknown permissions and those that do not fit the type have the same code (dictionary). Which ones fit was recorded by a tool. */
function checkPermissions(permissions: readonly string[] | undefined, type: RoleType): readonly string[] {
  if (permissions === undefined || permissions.length === 0) throw missingParameter('Permission');
  if (!permissions.every((permission) => permissionsOf[type].has(permission))) throw refuse(50104);
  return permissions;
}

/** A role of a service with this type. */
export function findRole(world: World, serviceSid: string, sid: string, type: RoleType): RoleRecord | undefined {
  const found = world.records(roles).get(sid);
  return found?.serviceSid === serviceSid && found.type === type ? found : undefined;
}

/** The four roles of a new service. Two names say "channel" for the type "conversation" (recorded). */
export function createDefaultRoles(world: World, serviceSid: string): Omit<ConfigurationPart, 'reachabilityEnabled'> {
  const make = (friendlyName: string, type: RoleType, permissions: readonly string[]): string =>
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
