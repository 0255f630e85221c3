import type { Scenario, Step } from '../model/scenario.js';
import { like } from './values.js';

const numbers = ['one', 'two', 'three', 'four', 'five'];

const createConversation = (name: string): Step => ({
  name: `create conversation ${name}`,
  operation: 'create Conversations',
  input: { body: { UniqueName: name } },
  saveAs: name,
});

const createMessage = (name: string, index: number): Step => ({
  name: `create message ${name}`,
  operation: 'create Conversations/Messages',
  input: { ConversationSid: 'one', body: { Body: name } },
  saveAs: `message ${name}`,
  expect: { body: { index } },
});

const messages = { ConversationSid: '{{one.sid}}' };

export const paging: Scenario = {
  name: 'paging',
  scopes: ['service', 'account'],
  about: 'Lists are paged in both directions, and no record is repeated or missing.',
  steps: [
    ...numbers.map(createConversation),
    ...numbers.map(createMessage),
    {
      name: 'list conversations by last activity',
      operation: 'list Conversations',
      scope: 'service',
      input: { PageSize: 3 },
      saveAs: 'newest',
      expect: {
        count: 3,
        body: {
          'conversations[0].unique_name': 'one',
          'conversations[1].unique_name': 'five',
          'conversations[2].unique_name': 'four',
          'meta.page': 0,
          'meta.page_size': 3,
          'meta.previous_page_url': null,
        },
      },
    },
    {
      name: 'list the second page of conversations',
      operation: 'list Conversations',
      scope: 'service',
      page: '{{newest.meta.next_page_url}}',
      saveAs: 'older',
      expect: {
        count: 2,
        body: { 'conversations[0].unique_name': 'three', 'meta.page': 1, 'meta.next_page_url': null },
      },
    },
    {
      name: 'list the first page of conversations again',
      operation: 'list Conversations',
      scope: 'service',
      page: '{{older.meta.previous_page_url}}',
      expect: { count: 3, body: { 'conversations[0].unique_name': 'one' } },
    },
    {
      name: 'list all conversations page by page',
      operation: 'list Conversations',
      input: { PageSize: 2 },
      paginate: true,
      expect: { count: 5 },
    },
    {
      name: 'list active conversations page by page',
      operation: 'list Conversations',
      input: { PageSize: 2, State: 'active' },
      paginate: true,
      // They are sorted by creation date, and several were created within the same second.
      order: 'free',
      expect: { count: 5, body: { 'meta.first_page_url': like('\\?State=active&PageSize=\\d+&Page=0$') } },
    },
    {
      name: 'list the first page of messages',
      operation: 'list Conversations/Messages',
      input: { ...messages, PageSize: 2 },
      saveAs: 'first',
      expect: {
        count: 2,
        body: {
          'messages[0].index': 0,
          'messages[1].index': 1,
          'meta.url': like('/Messages\\?PageSize=2&Page=0$'),
          'meta.next_page_url': like('/Messages\\?PageSize=2&Page=1&PageToken='),
        },
      },
      source: 'recorded',
    },
    {
      name: 'list the second page of messages',
      operation: 'list Conversations/Messages',
      input: messages,
      page: '{{first.meta.next_page_url}}',
      saveAs: 'middle',
      expect: { count: 2, body: { 'messages[0].index': 2, 'meta.page': 1 } },
      source: 'recorded',
    },
    {
      name: 'create a message between two pages',
      operation: 'create Conversations/Messages',
      input: { ConversationSid: 'one', body: { Body: 'six' } },
    },
    {
      name: 'delete a message between two pages',
      operation: 'delete Conversations/Messages',
      input: { ConversationSid: 'one', Sid: '{{message one.sid}}' },
    },
    {
      name: 'list the last page of messages without gaps or duplicates',
      operation: 'list Conversations/Messages',
      input: messages,
      page: '{{middle.meta.next_page_url}}',
      saveAs: 'last',
      expect: { count: 2, body: { 'messages[0].index': 4, 'messages[1].index': 5, 'meta.next_page_url': null } },
    },
    {
      name: 'list the previous page of messages',
      operation: 'list Conversations/Messages',
      input: messages,
      page: '{{last.meta.previous_page_url}}',
      expect: { count: 2, body: { 'messages[0].index': 2, 'messages[1].index': 3 } },
      source: 'recorded',
    },
    {
      name: 'list all messages page by page',
      operation: 'list Conversations/Messages',
      input: { ...messages, PageSize: 2 },
      paginate: true,
      expect: { count: 5 },
      source: 'recorded',
    },
    {
      name: 'list all messages in descending order page by page',
      operation: 'list Conversations/Messages',
      input: { ...messages, PageSize: 2, Order: 'desc' },
      paginate: true,
      expect: { count: 5, body: { 'messages[0].index': 5 } },
      source: 'recorded',
    },
    {
      name: 'list messages after an index by a page token',
      operation: 'list Conversations/Messages',
      input: { ...messages, PageSize: 2, PageToken: 'PT2' },
      expect: { count: 2, body: { 'messages[0].index': 3 } },
      source: 'inferred',
    },
    {
      name: 'limit the page size of messages to 100',
      operation: 'list Conversations/Messages',
      input: { ...messages, PageSize: 5000 },
      expect: { count: 5, body: { 'meta.page_size': 100 } },
      source: 'inferred',
    },
    {
      name: 'limit the page size of webhooks to five',
      operation: 'list Conversations/Webhooks',
      input: { ...messages, PageSize: 50 },
      expect: { count: 0, body: { 'meta.page_size': 5 } },
      source: 'inferred',
    },
  ],
};
