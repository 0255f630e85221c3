import type { Scenario, Step } from '../model/scenario.js';
import { missingSid, notFound } from './values.js';

const inServiceOfDevice = { ChatServiceSid: '{{binding.service}}' };

/** Each side has a device of its own. */
const given = 'the two sides have different devices';
const KEYS = [
  'endpoint',
  'identity',
  'binding_type',
  'credential_sid',
  'message_types',
  'date_created',
  'date_updated',
];
const free: Step['free'] = Object.fromEntries(KEYS.map((key) => [key, given]));
const freeInList: Step['free'] = {
  ...Object.fromEntries(KEYS.map((key) => [`bindings[].${key}`, given])),
  'meta.url': given,
};
/** The service of the device may have others. */
const onlyTheDevice = { paginate: true, only: 'ours', needs: 'binding', free: freeInList } as const;

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
      free,
      expect: { body: { sid: '{{binding.sid}}', chat_service_sid: '{{binding.service}}' } },
      source: 'published',
    },
    {
      name: 'fetch the device again',
      operation: 'fetch Bindings',
      input: { ...inServiceOfDevice, Sid: '{{binding.sid}}' },
      needs: 'binding',
      free,
      expect: { body: Object.fromEntries(KEYS.map((key) => [key, `{{device.${key}}}`])) },
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
      ...onlyTheDevice,
      expect: { count: 1 },
      source: 'published',
    },
    {
      name: 'list devices of one type',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, BindingType: '{{device.binding_type}}' },
      ...onlyTheDevice,
      expect: { count: 1, body: { 'bindings[0].binding_type': '{{device.binding_type}}' } },
      source: 'published',
    },
    {
      name: 'list devices of one identity',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, Identity: ['{{device.identity}}'] },
      ...onlyTheDevice,
      expect: { count: 1, body: { 'bindings[0].identity': '{{device.identity}}' } },
      source: 'published',
    },
    {
      name: 'list no devices of another identity',
      operation: 'list Bindings',
      input: { ...inServiceOfDevice, Identity: ['nobody'] },
      ...onlyTheDevice,
      expect: { count: 0 },
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
    {
      name: 'list devices without the deleted one',
      operation: 'list Bindings',
      input: inServiceOfDevice,
      ...onlyTheDevice,
      expect: { count: 0 },
      source: 'inferred',
    },
  ],
};
