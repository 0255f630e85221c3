import type { Scenario, Step } from '../model/scenario.js';
import { like } from './values.js';

const numbers = ['one', 'two', 'three', 'four', 'five'];

const makeConversation = (name: string): Step => ({
  name: `make conversation ${name}`,
  operation: 'createserviceconversation',
  input: { body: { UniqueName: name } },
  keep: name,
});

const write = (name: string, index: number): Step => ({
  name: `write message ${name}`,
  operation: 'createserviceconversationmessage',
  input: { ConversationSid: 'one', body: { Body: name } },
  keep: `message ${name}`,
  expect: { body: { index } },
});

const messages = { ConversationSid: '{{one.sid}}' };

export const paging: Scenario = {
  name: 'paging',
  about: 'Lists are turned page by page in both directions, and no record is shown twice or lost.',
  steps: [
    ...numbers.map(makeConversation),
    ...numbers.map(write),
    {
      name: 'list conversations by their last activity',
      operation: 'listserviceconversation',
      input: { PageSize: 3 },
      keep: 'newest',
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
      name: 'list the older ones',
      operation: 'listserviceconversation',
      page: '{{newest.meta.next_page_url}}',
      keep: 'older',
      expect: {
        count: 2,
        body: { 'conversations[0].unique_name': 'three', 'meta.page': 1, 'meta.next_page_url': null },
      },
    },
    {
      name: 'list the newest again',
      operation: 'listserviceconversation',
      page: '{{older.meta.previous_page_url}}',
      expect: { count: 3, body: { 'conversations[0].unique_name': 'one' } },
    },
    {
      name: 'list all conversations page by page',
      operation: 'listserviceconversation',
      input: { PageSize: 2 },
      walk: true,
      expect: { count: 5 },
    },
    {
      name: 'list the active ones page by page',
      operation: 'listserviceconversation',
      input: { PageSize: 2, State: 'active' },
      walk: true,
      // By date of creation, and several were made in one second.
      order: 'free',
      expect: { count: 5, body: { 'meta.first_page_url': like('\\?State=active&PageSize=2&Page=0$') } },
    },
    {
      name: 'list the first messages',
      operation: 'listserviceconversationmessage',
      input: { ...messages, PageSize: 2 },
      keep: 'first',
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
      name: 'list the next messages',
      operation: 'listserviceconversationmessage',
      input: messages,
      page: '{{first.meta.next_page_url}}',
      keep: 'middle',
      expect: { count: 2, body: { 'messages[0].index': 2, 'meta.page': 1 } },
      source: 'recorded',
    },
    {
      name: 'write a message while pages are turned',
      operation: 'createserviceconversationmessage',
      input: { ConversationSid: 'one', body: { Body: 'six' } },
    },
    {
      name: 'remove a message while pages are turned',
      operation: 'deleteserviceconversationmessage',
      input: { ConversationSid: 'one', Sid: '{{message one.sid}}' },
    },
    {
      name: 'list the last messages, neither twice nor with a gap',
      operation: 'listserviceconversationmessage',
      input: messages,
      page: '{{middle.meta.next_page_url}}',
      keep: 'last',
      expect: { count: 2, body: { 'messages[0].index': 4, 'messages[1].index': 5, 'meta.next_page_url': null } },
    },
    {
      name: 'turn back once',
      operation: 'listserviceconversationmessage',
      input: messages,
      page: '{{last.meta.previous_page_url}}',
      expect: { count: 2, body: { 'messages[0].index': 2, 'messages[1].index': 3 } },
      source: 'recorded',
    },
    {
      name: 'list all messages page by page',
      operation: 'listserviceconversationmessage',
      input: { ...messages, PageSize: 2 },
      walk: true,
      expect: { count: 5 },
      source: 'recorded',
    },
    {
      name: 'list all messages backward page by page',
      operation: 'listserviceconversationmessage',
      input: { ...messages, PageSize: 2, Order: 'desc' },
      walk: true,
      expect: { count: 5, body: { 'messages[0].index': 5 } },
      source: 'recorded',
    },
    {
      name: 'begin after an index, as programs do',
      operation: 'listserviceconversationmessage',
      input: { ...messages, PageSize: 2, PageToken: 'PT2' },
      expect: { count: 2, body: { 'messages[0].index': 3 } },
      source: 'inferred',
    },
    {
      name: 'clamp a page size that is too large',
      operation: 'listserviceconversationmessage',
      input: { ...messages, PageSize: 5000 },
      expect: { count: 5, body: { 'meta.page_size': 100 } },
      source: 'inferred',
    },
    {
      name: 'clamp the pages of webhooks at five',
      operation: 'listserviceconversationscopedwebhook',
      input: { ...messages, PageSize: 50 },
      expect: { count: 0, body: { 'meta.page_size': 5 } },
      source: 'inferred',
    },
  ],
};
