import type { Scenario } from '../model/scenario.js';
import { nobody, notFound } from './values.js';

const there = { ChatServiceSid: '{{binding.service}}' };

export const binding: Scenario = {
  name: 'binding',
  about: 'Devices register by a client SDK, never by this API; it lists, filters, shows and removes them.',
  steps: [
    {
      name: 'find no device in a new service',
      operation: 'listservicebinding',
      expect: {
        count: 0,
        body: { 'meta.key': 'bindings', 'meta.page_size': 50, 'meta.next_page_url': null },
      },
      source: 'documented',
    },
    {
      name: 'find none by type and identity either',
      operation: 'listservicebinding',
      input: { BindingType: ['apn', 'fcm'], Identity: ['alice', 'bob'], PageSize: 5 },
      expect: { count: 0 },
    },
    {
      name: 'refuse an unknown type',
      operation: 'listservicebinding',
      input: { BindingType: ['carrier-pigeon'] },
      expect: { status: 400, code: 50209 },
    },
    {
      name: 'not list the devices of no service',
      operation: 'listservicebinding',
      input: { ChatServiceSid: nobody('IS') },
      expect: notFound,
    },
    {
      name: 'not find a device that never was',
      operation: 'fetchservicebinding',
      input: { Sid: nobody('BS') },
      expect: notFound,
    },
    {
      name: 'not remove a device that never was',
      operation: 'deleteservicebinding',
      input: { Sid: nobody('BS') },
      expect: notFound,
    },
    {
      name: 'fetch a device',
      operation: 'fetchservicebinding',
      input: { ...there, Sid: '{{binding.sid}}' },
      keep: 'device',
      needs: 'binding',
      expect: { body: { sid: '{{binding.sid}}', chat_service_sid: '{{binding.service}}' } },
      source: 'published',
    },
    {
      name: 'not find it from another service',
      operation: 'fetchservicebinding',
      input: { Sid: '{{binding.sid}}' },
      needs: 'binding',
      expect: notFound,
    },
    {
      name: 'list devices page by page',
      operation: 'listservicebinding',
      input: { ...there, PageSize: 1 },
      walk: true,
      order: 'free',
      needs: 'binding',
      source: 'published',
    },
    {
      name: 'list devices of one type',
      operation: 'listservicebinding',
      input: { ...there, BindingType: '{{device.binding_type}}' },
      order: 'free',
      needs: 'binding',
      expect: { body: { 'bindings[0].binding_type': '{{device.binding_type}}' } },
      source: 'published',
    },
    {
      name: 'list devices of one identity',
      operation: 'listservicebinding',
      input: { ...there, Identity: ['{{device.identity}}'] },
      order: 'free',
      needs: 'binding',
      expect: { body: { 'bindings[0].identity': '{{device.identity}}' } },
      source: 'published',
    },
    {
      name: 'remove the device',
      operation: 'deleteservicebinding',
      input: { ...there, Sid: '{{device.sid}}' },
      needs: 'binding',
      source: 'published',
    },
    {
      name: 'not find the device any more',
      operation: 'fetchservicebinding',
      input: { ...there, Sid: '{{device.sid}}' },
      needs: 'binding',
      expect: notFound,
    },
  ],
};
