import type { Scenario } from '../model/scenario.js';
import { like, missingSid, notFound, SIDS, textOfLength } from './values.js';

export const role: Scenario = {
  name: 'role',
  about:
    'A service starts with four roles. New roles have a type and permissions, and only the permissions can be updated.',
  steps: [
    {
      name: 'list the four default roles',
      operation: 'list Roles',
      order: 'free',
      expect: { count: 4, body: { 'meta.key': 'roles', 'meta.page_size': 50 } },
      source: 'recorded',
    },
    {
      name: 'create a role',
      operation: 'create Roles',
      input: {
        body: {
          FriendlyName: 'moderator',
          Type: 'conversation',
          Permission: ['sendMessage', 'leaveConversation', 'deleteAnyMessage'],
        },
      },
      saveAs: 'role',
      expect: {
        body: {
          sid: like(SIDS.role),
          account_sid: '{{service.account_sid}}',
          chat_service_sid: '{{service.sid}}',
          friendly_name: 'moderator',
          type: 'conversation',
          permissions: ['sendMessage', 'leaveConversation', 'deleteAnyMessage'],
          date_updated: '{{role.date_created}}',
          url: '{{service.url}}/Roles/{{role.sid}}',
        },
      },
      source: 'inferred',
    },
    {
      name: 'fetch the role',
      operation: 'fetch Roles',
      input: { Sid: '{{role.sid}}' },
      expect: { body: { sid: '{{role.sid}}', friendly_name: 'moderator' } },
      source: 'published',
    },
    {
      name: 'replace the permissions',
      operation: 'update Roles',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMediaMessage'] } },
      expect: { body: { permissions: ['sendMediaMessage'], friendly_name: 'moderator', type: 'conversation' } },
      source: 'published',
    },
    {
      name: 'fetch the new permissions',
      operation: 'fetch Roles',
      input: { Sid: '{{role.sid}}' },
      expect: { body: { permissions: ['sendMediaMessage'] } },
      source: 'published',
    },
    {
      name: 'create a service role with a long name',
      operation: 'create Roles',
      input: { body: { FriendlyName: textOfLength(64), Type: 'service', Permission: ['createConversation'] } },
      saveAs: 'steward',
      expect: { body: { type: 'service' } },
      source: 'published',
    },
    {
      name: 'list all roles page by page',
      operation: 'list Roles',
      input: { PageSize: 2 },
      paginate: true,
      order: 'free',
      expect: { count: 6 },
      source: 'published',
    },
    {
      name: 'reject a role without a name',
      operation: 'create Roles',
      input: { body: { Type: 'conversation', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50000 },
      source: 'inferred',
    },
    {
      name: 'reject a name that is too long',
      operation: 'create Roles',
      input: { body: { FriendlyName: textOfLength(257), Type: 'conversation', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50003 },
    },
    {
      name: 'reject an unknown type',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'x', Type: 'planet', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50105 },
    },
    {
      name: 'reject an unknown permission',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'x', Type: 'conversation', Permission: ['sendMoney'] } },
      expect: { status: 400, code: 50104 },
    },
    {
      name: 'reject a permission of the other type',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'x', Type: 'service', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50104 },
    },
    {
      name: 'reject a role without permissions',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'x', Type: 'conversation' } },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject an update to an unknown permission',
      operation: 'update Roles',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMoney'] } },
      expect: { status: 400, code: 50104 },
    },
    { name: 'delete the role', operation: 'delete Roles', input: { Sid: '{{role.sid}}' }, source: 'published' },
    {
      name: 'return 404 for the deleted role',
      operation: 'fetch Roles',
      input: { Sid: '{{role.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for updating the deleted role',
      operation: 'update Roles',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMessage'] } },
      expect: notFound,
    },
    {
      name: 'return 404 for deleting it again',
      operation: 'delete Roles',
      input: { Sid: '{{role.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for the roles of an unknown service',
      operation: 'list Roles',
      input: { ChatServiceSid: missingSid('IS') },
      expect: notFound,
    },
    {
      name: 'return 404 for creating a role in an unknown service',
      operation: 'create Roles',
      input: {
        ChatServiceSid: missingSid('IS'),
        body: { FriendlyName: 'x', Type: 'service', Permission: ['joinConversation'] },
      },
      expect: notFound,
    },
  ],
};
