import type { Scenario } from '../model/scenario.js';
import { missingSid, notFound } from './values.js';

const ERROR_DOCS = 'https://www.twilio.com/docs/errors/';

export const errors: Scenario = {
  name: 'errors',
  scopes: ['service', 'account'],
  about: "Errors have Twilio's four keys and name the requested path, and a rejected request changes nothing.",
  steps: [
    {
      name: 'create a conversation',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'calm' } },
      saveAs: 'conversation',
    },
    {
      name: 'name the requested path in a 404',
      operation: 'fetch Conversations/Messages',
      input: { Sid: missingSid('IM') },
      expect: {
        ...notFound,
        body: {
          message: `The requested resource {{scope.path}}/Conversations/{{conversation.sid}}/Messages/${missingSid('IM')} was not found`,
          more_info: `${ERROR_DOCS}20404`,
          status: 404,
        },
      },
      source: 'recorded',
    },
    {
      name: 'return 404 for a SID of another resource',
      operation: 'fetch Conversations',
      input: { Sid: '{{service.sid}}' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'return 404 for a role by name',
      operation: 'fetch Roles',
      input: { Sid: 'service admin' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'return 404 for a participant by address',
      operation: 'fetch Conversations/Participants',
      input: { Sid: '+15005550006' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'repeat status and code in the body',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'calm' } },
      expect: { status: 409, code: 50353, body: { status: 409, more_info: `${ERROR_DOCS}50353` } },
      source: 'recorded',
    },
    {
      name: 'ignore an unknown field',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'quiet', Colour: 'blue' } },
      saveAs: 'quiet',
      expect: { body: { unique_name: 'quiet', colour: { absent: true } } },
    },
    {
      name: 'list both conversations',
      operation: 'list Conversations',
      input: { PageSize: 10 },
      expect: { count: 2 },
    },
    {
      name: 'reject a page size of zero',
      operation: 'list Conversations',
      input: { PageSize: 0 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject a page size that is not a number',
      operation: 'list Users',
      input: { PageSize: 'many' },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject a page size of zero for roles',
      operation: 'list Roles',
      input: { PageSize: 0 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid page token',
      operation: 'list Conversations/Messages',
      input: { PageToken: 'nonsense', Page: 1 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject an update with one invalid field',
      operation: 'update Conversations',
      input: { Sid: 'calm', body: { FriendlyName: 'changed', Attributes: '{' } },
      expect: { status: 400, code: 50304 },
      source: 'recorded',
    },
    {
      name: 'fetch the unchanged conversation',
      operation: 'fetch Conversations',
      input: { Sid: 'calm' },
      expect: { body: { friendly_name: null } },
      source: 'inferred',
    },
  ],
};
