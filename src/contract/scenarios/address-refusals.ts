import type { Step } from '../model/scenario.js';
import { missingSid, nothingToUpdate, textOfLength } from './values.js';

const HOOK = 'https://example.com/inbound';
/** A configuration of a chat address needs no phone number, and a disabled one changes nothing for anybody. */
export const chat = (fields: Readonly<Record<string, unknown>>) => ({ body: { Type: 'chat', ...fields } });

/** What is refused of the configuration `hooked`, and of new ones. */
export const addressRefusals: readonly Step[] = [
  {
    name: 'reject a second configuration of the address',
    operation: 'create Configuration/Addresses',
    input: chat({ Address: 'front-desk' }),
    expect: { status: 409, code: 20409 },
    source: 'recorded',
  },
  {
    name: 'reject a configuration without a type',
    operation: 'create Configuration/Addresses',
    input: { body: { Address: 'side-door' } },
    expect: { status: 400, code: 20001 },
    source: 'published',
  },
  {
    name: 'reject a configuration without an address',
    operation: 'create Configuration/Addresses',
    input: chat({}),
    expect: { status: 400, code: 20001 },
    source: 'published',
  },
  {
    name: 'reject an unknown type',
    operation: 'create Configuration/Addresses',
    input: { body: { Type: 'pigeon', Address: 'side-door' } },
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
  {
    name: 'reject a webhook without a URL',
    operation: 'create Configuration/Addresses',
    input: chat({ Address: 'side-door', AutoCreation: { Type: 'webhook', WebhookFilters: ['onMessageAdded'] } }),
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
  {
    name: 'reject Studio without a flow',
    operation: 'create Configuration/Addresses',
    input: chat({ Address: 'side-door', 'AutoCreation.Type': 'studio' }),
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
  {
    name: 'reject an unknown service',
    operation: 'create Configuration/Addresses',
    input: chat({
      Address: 'side-door',
      'AutoCreation.Type': 'webhook',
      'AutoCreation.ConversationServiceSid': missingSid('IS'),
      'AutoCreation.WebhookUrl': HOOK,
      'AutoCreation.WebhookFilters': ['onMessageAdded'],
    }),
    expect: { status: 400, code: 50050 },
    source: 'inferred',
  },
  {
    name: 'reject too many retries',
    operation: 'update Configuration/Addresses',
    input: { Sid: '{{hooked.sid}}', body: { 'AutoCreation.StudioRetryCount': 4 } },
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
  {
    name: 'reject a name that is too long',
    operation: 'update Configuration/Addresses',
    input: { Sid: '{{hooked.sid}}', body: { FriendlyName: textOfLength(257) } },
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
  {
    name: 'reject an empty update',
    operation: 'update Configuration/Addresses',
    input: { Sid: '{{hooked.sid}}', body: {} },
    expect: nothingToUpdate,
  },
  {
    name: 'reject a page size of zero',
    operation: 'list Configuration/Addresses',
    input: { PageSize: 0 },
    expect: { status: 400, code: 20001 },
    source: 'inferred',
  },
];
