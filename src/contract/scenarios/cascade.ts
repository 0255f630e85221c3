import type { Scenario, Step } from '../model/scenario.js';
import { missingSid, notFound } from './values.js';

const phone = {
  'MessagingBinding.Address': '{{phone.address}}',
  'MessagingBinding.ProxyAddress': '{{phone.proxyAddress}}',
};

const addGuest = (identity: string): Step[] => [
  {
    name: `create the user ${identity}`,
    operation: 'create Users',
    input: { body: { Identity: identity } },
  },
  {
    name: `add ${identity}`,
    operation: 'create Conversations/Participants',
    input: { ConversationSid: 'house', body: { Identity: identity } },
    saveAs: identity,
  },
];

/** What lists show of a guest. */
const listsOf = (identity: string, when: string, count: number): Step[] => [
  {
    name: `list the conversations of ${identity}, ${when}`,
    operation: 'list Users/Conversations',
    input: { UserSid: identity },
    expect: { count },
    source: 'inferred',
  },
  {
    name: `list the participations of ${identity}, ${when}`,
    operation: 'list ParticipantConversations',
    input: { Identity: identity },
    expect: { count },
    source: 'inferred',
  },
];

const listGuests = (when: string, count: number): Step => ({
  name: `list the participants, ${when}`,
  operation: 'list Conversations/Participants',
  input: { ConversationSid: 'house' },
  order: 'free',
  expect: { count },
  source: 'published',
});

const goneGuest = (identity: string, why: string): Step[] => [
  {
    name: `return 404 for ${identity}, ${why}`,
    operation: 'fetch Conversations/Participants',
    input: { Sid: `{{${identity}.sid}}` },
    expect: notFound,
    source: 'inferred',
  },
  {
    name: `return 404 for the conversation of ${identity}, ${why}`,
    operation: 'fetch Users/Conversations',
    input: { UserSid: identity },
    expect: notFound,
    source: 'inferred',
  },
];

/** Lists and fetches of what is in the conversation, by SID. */
const contents = (['Participants', 'Messages', 'Webhooks'] as const).flatMap((noun): Step[] => [
  {
    name: `return 404 for the list of ${noun.toLowerCase()} of the deleted conversation`,
    operation: `list Conversations/${noun}`,
    expect: notFound,
  },
  {
    name: `return 404 for one of the ${noun.toLowerCase()} of the deleted conversation`,
    operation: `fetch Conversations/${noun}`,
    input: { Sid: { Participants: '{{amy.sid}}', Messages: '{{message.sid}}', Webhooks: '{{webhook.sid}}' }[noun] },
    expect: notFound,
  },
]);

export const cascade: Scenario = {
  name: 'cascade',
  scopes: ['service', 'account'],
  about: 'What is deleted is in no list any more, nor is what belonged to it; what it belonged to stays as it is.',
  steps: [
    {
      name: 'create a conversation',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'house' } },
      saveAs: 'conversation',
    },
    ...['amy', 'bea', 'cal', 'dot'].flatMap(addGuest),
    {
      name: 'create a message',
      operation: 'create Conversations/Messages',
      input: { body: { Body: 'hello' } },
      saveAs: 'message',
    },
    {
      name: 'create a webhook',
      operation: 'create Conversations/Webhooks',
      input: {
        ConversationSid: 'house',
        body: { Target: 'webhook', Configuration: { Url: 'https://example.com/', Filters: ['onMessageAdded'] } },
      },
      saveAs: 'webhook',
    },
    listGuests('before one is deleted', 4),
    ...['amy', 'bea', 'cal', 'dot'].flatMap((identity) => listsOf(identity, 'before', 1)),
    {
      name: 'delete bea by identity',
      operation: 'delete Conversations/Participants',
      input: { ConversationSid: 'house', Sid: 'bea' },
      source: 'published',
    },
    listGuests('without bea', 3),
    ...listsOf('bea', 'who is no participant any more', 0),
    ...goneGuest('bea', 'who is no participant any more'),
    {
      name: 'fetch the conversation by unique name after a participant was deleted',
      operation: 'fetch Conversations',
      input: { Sid: 'house' },
      expect: { body: { sid: '{{conversation.sid}}' } },
      source: 'inferred',
    },
    {
      name: 'let cal leave',
      operation: 'delete Users/Conversations',
      input: { UserSid: 'cal', ConversationSid: 'house' },
      source: 'published',
    },
    listGuests('without cal', 2),
    ...listsOf('cal', 'who has left', 0),
    ...goneGuest('cal', 'who has left'),
    {
      name: 'list the users',
      operation: 'list Users',
      order: 'free',
      expect: { count: 4 },
      source: 'inferred',
    },
    { name: 'delete the user dot', operation: 'delete Users', input: { Sid: 'dot' }, source: 'published' },
    {
      name: 'list the users without dot',
      operation: 'list Users',
      order: 'free',
      expect: { count: 3 },
      source: 'published',
    },
    listGuests('without dot', 1),
    {
      name: 'list no participations of the deleted user',
      operation: 'list ParticipantConversations',
      input: { Identity: 'dot' },
      expect: { count: 0 },
      source: 'inferred',
    },
    ...goneGuest('dot', 'whose user is deleted'),
    {
      name: 'return 404 for the conversations of the deleted user',
      operation: 'list Users/Conversations',
      input: { UserSid: 'dot' },
      expect: notFound,
    },
    {
      name: 'list the webhooks',
      operation: 'list Conversations/Webhooks',
      input: { ConversationSid: 'house' },
      expect: { count: 1 },
      source: 'published',
    },
    {
      name: 'update the webhook by unique name',
      operation: 'update Conversations/Webhooks',
      input: {
        ConversationSid: 'house',
        Sid: '{{webhook.sid}}',
        body: { 'Configuration.Url': 'https://example.com/other' },
      },
      expect: { body: { 'configuration.url': 'https://example.com/other' } },
      source: 'published',
    },
    {
      name: 'create a second webhook',
      operation: 'create Conversations/Webhooks',
      input: {
        body: { Target: 'webhook', Configuration: { Url: 'https://example.com/2', Filters: ['onMessageAdded'] } },
      },
      saveAs: 'second webhook',
    },
    {
      name: 'list both webhooks',
      operation: 'list Conversations/Webhooks',
      order: 'free',
      expect: { count: 2 },
      source: 'published',
    },
    {
      name: 'delete the second webhook by unique name',
      operation: 'delete Conversations/Webhooks',
      input: { ConversationSid: 'house', Sid: '{{second webhook.sid}}' },
      source: 'published',
    },
    {
      name: 'list the webhooks without the second',
      operation: 'list Conversations/Webhooks',
      expect: { count: 1, body: { 'webhooks[0].sid': '{{webhook.sid}}' } },
      source: 'published',
    },
    {
      name: 'fetch the conversation by unique name after a webhook was deleted',
      operation: 'fetch Conversations',
      input: { Sid: 'house' },
      expect: { body: { sid: '{{conversation.sid}}' } },
      source: 'inferred',
    },
    {
      name: 'add a phone',
      operation: 'create Conversations/Participants',
      input: { body: phone },
      needs: 'phone',
    },
    {
      name: 'create a message to the phone',
      operation: 'create Conversations/Messages',
      input: { body: { Body: 'hello, phone' } },
      saveAs: 'sent',
      needs: 'phone',
      free: { delivery: 'the phone network delivers the message' },
    },
    {
      name: 'list the conversations, before the conversation is deleted',
      operation: 'list Conversations',
      expect: { count: 1 },
      source: 'published',
    },
    {
      name: 'delete the conversation',
      operation: 'delete Conversations',
      input: { Sid: '{{conversation.sid}}' },
      source: 'published',
    },
    {
      name: 'list no conversations',
      operation: 'list Conversations',
      expect: { count: 0 },
      source: 'published',
    },
    ...listsOf('amy', 'whose conversation is deleted', 0),
    ...goneGuest('amy', 'whose conversation is deleted'),
    ...contents,
    {
      name: 'return 404 for the receipts in the deleted conversation',
      operation: 'list Conversations/Messages/Receipts',
      input: { MessageSid: '{{message.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for a receipt in the deleted conversation',
      operation: 'fetch Conversations/Messages/Receipts',
      input: { MessageSid: '{{message.sid}}', Sid: missingSid('DY') },
      expect: notFound,
    },
  ],
};
