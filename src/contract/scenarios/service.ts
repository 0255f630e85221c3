import type { Scenario } from '../model/scenario.js';
import { DATE, like, missingSid, notFound, SIDS, textOfLength } from './values.js';

const others = 'the account may have other services';

export const service: Scenario = {
  name: 'service',
  about: 'A service is created by name, fetched, listed, and deleted with everything in it.',
  steps: [
    {
      name: 'fetch the service',
      operation: 'fetch Services',
      input: { Sid: '{{service.sid}}' },
      expect: {
        body: {
          sid: '{{service.sid}}',
          account_sid: like(SIDS.account),
          friendly_name: 'understudy contract: service',
          date_created: '{{service.date_created}}',
          date_updated: like(DATE),
          url: '{{service.url}}',
          'links.conversations': '{{service.url}}/Conversations',
          'links.users': '{{service.url}}/Users',
          'links.roles': '{{service.url}}/Roles',
          'links.bindings': '{{service.url}}/Bindings',
          'links.configuration': '{{service.url}}/Configuration',
        },
        headers: ['Twilio-Request-Id', 'Content-Type'],
      },
      source: 'published',
    },
    {
      name: 'create a second service with the same name',
      operation: 'create Services',
      input: { body: { FriendlyName: 'understudy contract: service' } },
      saveAs: 'second',
      expect: { body: { sid: like(SIDS.service), date_updated: '{{second.date_created}}' } },
      source: 'inferred',
    },
    {
      name: 'create a service with the longest name',
      operation: 'create Services',
      input: { body: { FriendlyName: textOfLength(256) } },
      saveAs: 'third',
      expect: { body: { friendly_name: textOfLength(256) } },
      source: 'published',
    },
    {
      name: 'reject a service without a name',
      operation: 'create Services',
      input: { body: {} },
      expect: { status: 400, code: 50000 },
      source: 'inferred',
    },
    {
      name: 'reject a name that is too long',
      operation: 'create Services',
      input: { body: { FriendlyName: textOfLength(257) } },
      expect: { status: 400, code: 50003 },
    },
    {
      // At any time there are the three services of this scenario. Others may come and go.
      name: 'list the first page of services',
      operation: 'list Services',
      input: { PageSize: 2 },
      free: { services: others, 'meta.next_page_url': others },
      expect: {
        count: 2,
        body: {
          'meta.page': 0,
          'meta.page_size': 2,
          'meta.key': 'services',
          'meta.previous_page_url': null,
          'meta.next_page_url': like('\\?PageSize=2&Page=1&PageToken='),
        },
      },
      source: 'published',
    },
    {
      name: 'reject a page size of zero',
      operation: 'list Services',
      input: { PageSize: 0 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'list all services page by page',
      operation: 'list Services',
      input: { PageSize: 100 },
      paginate: true,
      order: 'free',
      only: 'ours',
      expect: { count: 3 },
      source: 'published',
    },
    {
      name: 'create a conversation in the second service',
      operation: 'create Conversations',
      input: { ChatServiceSid: '{{second.sid}}', body: { UniqueName: 'inside' } },
      saveAs: 'inside',
      source: 'published',
    },
    {
      name: 'return 404 for the conversation in the first service',
      operation: 'fetch Conversations',
      input: { Sid: '{{inside.sid}}' },
      expect: notFound,
    },
    {
      name: 'delete the second service',
      operation: 'delete Services',
      input: { Sid: '{{second.sid}}' },
      source: 'published',
    },
    {
      name: 'return 404 for the deleted service',
      operation: 'fetch Services',
      input: { Sid: '{{second.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for the conversation in the deleted service',
      operation: 'fetch Conversations',
      input: { ChatServiceSid: '{{second.sid}}', Sid: '{{inside.sid}}' },
      expect: notFound,
      source: 'inferred',
    },
    {
      name: 'return 404 for deleting the service again',
      operation: 'delete Services',
      input: { Sid: '{{second.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for an unknown service',
      operation: 'fetch Services',
      input: { Sid: missingSid('IS') },
      expect: {
        ...notFound,
        body: {
          message: `The requested resource /v1/Services/${missingSid('IS')} was not found`,
          more_info: 'https://www.twilio.com/docs/errors/20404',
        },
      },
      source: 'recorded',
    },
  ],
};
