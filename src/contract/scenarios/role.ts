import type { Scenario } from '../model/scenario.js';
import { like, long, nobody, notFound, SIDS } from './values.js';

export const role: Scenario = {
  name: 'role',
  about:
    'A service begins with four roles; others are made with a type and permissions, and only the permissions change.',
  steps: [
    {
      name: 'find the four default roles',
      operation: 'listservicerole',
      order: 'free',
      expect: { count: 4, body: { 'meta.key': 'roles', 'meta.page_size': 50 } },
      source: 'recorded',
    },
    {
      name: 'make a role',
      operation: 'createservicerole',
      input: {
        body: {
          FriendlyName: 'moderator',
          Type: 'conversation',
          Permission: ['sendMessage', 'leaveConversation', 'deleteAnyMessage'],
        },
      },
      keep: 'role',
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
      operation: 'fetchservicerole',
      input: { Sid: '{{role.sid}}' },
      expect: { body: { sid: '{{role.sid}}', friendly_name: 'moderator' } },
      source: 'published',
    },
    {
      name: 'replace its permissions',
      operation: 'updateservicerole',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMediaMessage'] } },
      expect: { body: { permissions: ['sendMediaMessage'], friendly_name: 'moderator', type: 'conversation' } },
      source: 'published',
    },
    {
      name: 'find the new permissions',
      operation: 'fetchservicerole',
      input: { Sid: '{{role.sid}}' },
      expect: { body: { permissions: ['sendMediaMessage'] } },
      source: 'published',
    },
    {
      name: 'make a service role with a long name',
      operation: 'createservicerole',
      input: { body: { FriendlyName: long(64), Type: 'service', Permission: ['createConversation'] } },
      keep: 'steward',
      expect: { body: { type: 'service' } },
      source: 'published',
    },
    {
      name: 'list all roles page by page',
      operation: 'listservicerole',
      input: { PageSize: 2 },
      walk: true,
      order: 'free',
      expect: { count: 6 },
      source: 'published',
    },
    {
      name: 'refuse a role without a name',
      operation: 'createservicerole',
      input: { body: { Type: 'conversation', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50000 },
      source: 'inferred',
    },
    {
      name: 'refuse a name that is too long',
      operation: 'createservicerole',
      input: { body: { FriendlyName: long(257), Type: 'conversation', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50003 },
    },
    {
      name: 'refuse an unknown type',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'x', Type: 'planet', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50105 },
    },
    {
      name: 'refuse an unknown permission',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'x', Type: 'conversation', Permission: ['sendMoney'] } },
      expect: { status: 400, code: 50104 },
    },
    {
      name: 'refuse a permission of the other type',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'x', Type: 'service', Permission: ['sendMessage'] } },
      expect: { status: 400, code: 50104 },
    },
    {
      name: 'refuse a role without permissions',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'x', Type: 'conversation' } },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'refuse an update to an unknown permission',
      operation: 'updateservicerole',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMoney'] } },
      expect: { status: 400, code: 50104 },
    },
    { name: 'remove the role', operation: 'deleteservicerole', input: { Sid: '{{role.sid}}' }, source: 'published' },
    {
      name: 'not find the role any more',
      operation: 'fetchservicerole',
      input: { Sid: '{{role.sid}}' },
      expect: notFound,
    },
    {
      name: 'not change a role that is gone',
      operation: 'updateservicerole',
      input: { Sid: '{{role.sid}}', body: { Permission: ['sendMessage'] } },
      expect: notFound,
    },
    {
      name: 'not remove it again',
      operation: 'deleteservicerole',
      input: { Sid: '{{role.sid}}' },
      expect: notFound,
    },
    {
      name: 'not list the roles of no service',
      operation: 'listservicerole',
      input: { ChatServiceSid: nobody('IS') },
      expect: notFound,
    },
    {
      name: 'not make a role in no service',
      operation: 'createservicerole',
      input: {
        ChatServiceSid: nobody('IS'),
        body: { FriendlyName: 'x', Type: 'service', Permission: ['joinConversation'] },
      },
      expect: notFound,
    },
  ],
};
