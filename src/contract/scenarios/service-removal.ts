import type { Scenario, Step } from '../model/scenario.js';
import { missingSid, notFound } from './values.js';

const inside = { ChatServiceSid: '{{doomed.sid}}' };
const room = { ...inside, ConversationSid: '{{conversation.sid}}' };

/** Everything below a service, with the input that addresses it. */
const below: readonly (readonly [noun: string, path: Readonly<Record<string, string>>, sid?: string])[] = [
  ['Conversations', inside, '{{conversation.sid}}'],
  ['Conversations/Participants', room, '{{participant.sid}}'],
  ['Conversations/Messages', room, '{{message.sid}}'],
  ['Conversations/Messages/Receipts', { ...room, MessageSid: '{{message.sid}}' }, missingSid('DY')],
  ['Conversations/Webhooks', room, '{{webhook.sid}}'],
  ['Users', inside, '{{user.sid}}'],
  ['Roles', inside, '{{role.sid}}'],
  ['Bindings', inside, missingSid('BS')],
];

const lists = below.map(([noun, path]): Step => ({
  name: `return 404 for the list ${noun} in the deleted service`,
  operation: `list ${noun}`,
  input: path,
  expect: notFound,
}));

const fetches = below.map(([noun, path, sid]): Step => ({
  name: `return 404 for one of ${noun} in the deleted service`,
  operation: `fetch ${noun}`,
  input: { ...path, Sid: sid },
  expect: notFound,
}));

const settings = ['Configuration', 'Configuration/Notifications', 'Configuration/Webhooks'].map((noun): Step => ({
  name: `return 404 for ${noun} of the deleted service`,
  operation: `fetch ${noun}`,
  input: inside,
  expect: notFound,
}));

const listServices = (when: string, count: number): Step => ({
  name: `list the services, ${when}`,
  operation: 'list Services',
  input: { PageSize: 100 },
  paginate: true,
  order: 'free',
  only: 'ours',
  expect: { count },
  source: 'published',
});

export const serviceRemoval: Scenario = {
  name: 'service-removal',
  about: 'A deleted service takes everything in it along.',
  steps: [
    {
      name: 'create a second service',
      operation: 'create Services',
      input: { body: { FriendlyName: 'understudy contract: service-removal' } },
      saveAs: 'doomed',
      source: 'published',
    },
    {
      name: 'create a conversation in it',
      operation: 'create Conversations',
      input: { ...inside, body: { UniqueName: 'inside' } },
      saveAs: 'conversation',
    },
    {
      name: 'add a participant',
      operation: 'create Conversations/Participants',
      input: { ...room, body: { Identity: 'alice' } },
      saveAs: 'participant',
    },
    {
      name: 'create a message',
      operation: 'create Conversations/Messages',
      input: { ...room, body: { Body: 'hello' } },
      saveAs: 'message',
    },
    {
      name: 'create a webhook',
      operation: 'create Conversations/Webhooks',
      input: {
        ...room,
        body: { Target: 'webhook', Configuration: { Url: 'https://example.com/', Filters: ['onMessageAdded'] } },
      },
      saveAs: 'webhook',
    },
    {
      name: 'create a role',
      operation: 'create Roles',
      input: { ...inside, body: { FriendlyName: 'guest', Type: 'conversation', Permission: ['sendMessage'] } },
      saveAs: 'role',
    },
    { name: 'fetch the user', operation: 'fetch Users', input: { ...inside, Sid: 'alice' }, saveAs: 'user' },
    listServices('before one is deleted', 2),
    {
      name: 'delete the second service',
      operation: 'delete Services',
      input: { Sid: '{{doomed.sid}}' },
      source: 'published',
    },
    listServices('without the deleted one', 1),
    ...lists,
    ...fetches,
    ...settings,
    {
      name: 'return 404 for the list Users/Conversations in the deleted service',
      operation: 'list Users/Conversations',
      input: { ...inside, UserSid: 'alice' },
      expect: notFound,
    },
    {
      name: 'return 404 for one of Users/Conversations in the deleted service',
      operation: 'fetch Users/Conversations',
      input: { ...room, UserSid: '{{user.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for the list ParticipantConversations in the deleted service',
      operation: 'list ParticipantConversations',
      input: { ...inside, Identity: 'alice' },
      expect: notFound,
    },
  ],
};
