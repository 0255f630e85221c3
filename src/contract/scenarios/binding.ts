import type { Scenario } from '../model/scenario.js';
import { missingSid, notFound } from './values.js';

const inServiceOfDevice = { ChatServiceSid: '{{binding.service}}' };

export const binding: Scenario = {
  name: 'binding',
  about: 'Client SDKs register devices; this API lists, filters, fetches and deletes them.',
  steps: [
    {
      name: 'list no devices in a new service',
      operation: 'list Bindings',
      expect: {
        count: 0,
        body: { 'meta.key': 'bindings', 'meta.page_size': 50, 'meta.next_page_url': null },
      },
      source: 'documented',
    },
    {
      name: 'list no devices by type and identity',
      operation: 'list Bindings',
      input: { BindingType: ['apn', 'fcm'], Identity: ['alice', 'bob'], PageSize: 5 },
      expect: { count: 0 },
    },
    {
      name: 'reject an unknown type',
      operation: 'list Bindings',
      input: { BindingType: ['carrier-pigeon'] },
      expect: { status: 400, code: 50209 },
    },
    {
      name: 'return 404 for the devices of an unknown service',
      operation: 'list Bindings',
      input: { ChatServiceSid: missingSid('IS') },
      expect: notFound,
    },
    {
      name: 'return 404 for an unknown device',
      operation: 'fetch Bindings',
      input: { Sid: missingSid('BS') },
      expect: notFound,
    },
    {
      name: 'return 404 for deleting an unknown device',
      operation: 'delete Bindings',
      input: { Sid: missingSid('BS') },
      expect: notFound,
    },
    {
      name: 'fetch a device',
      operation: 'fetch Bindings',
      input: { ...inServiceOfDevice, Sid: '{{binding.sid}}' },
      saveAs: 'device',
      needs: 'binding',
      expect: { body: { sid: '{{binding.sid}}', chat_service_sid: '{{binding.service}}' } },
      source: 'published',
    },
    {
      name: 'return 404 for the device in another service',
      operation: 'fetch Bindings',
      input: { Sid: '{{binding.sid}}' },
      needs: 'binding',
      expect: notFound,
    },
    {
      name: 'list devices page by page',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, PageSize: 1 },
      paginate: true,
      order: 'free',
      needs: 'binding',
      source: 'published',
    },
    {
      name: 'list devices of one type',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, BindingType: '{{device.binding_type}}' },
      order: 'free',
      needs: 'binding',
      expect: { body: { 'bindings[0].binding_type': '{{device.binding_type}}' } },
      source: 'published',
    },
    {
      name: 'list devices of one identity',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, Identity: ['{{device.identity}}'] },
      order: 'free',
      needs: 'binding',
      expect: { body: { 'bindings[0].identity': '{{device.identity}}' } },
      source: 'published',
    },
    {
      name: 'delete the device',
      operation: 'delete Bindings',
      input: { ...inServiceOfDevice, Sid: '{{device.sid}}' },
      needs: 'binding',
      source: 'published',
    },
    {
      name: 'return 404 for the deleted device',
      operation: 'fetch Bindings',
      input: { ...inServiceOfDevice, Sid: '{{device.sid}}' },
      needs: 'binding',
      expect: notFound,
    },
  ],
};
