import type { Scenario, Step } from '../model/scenario.js';
import { textOfLength } from './values.js';

const CONTENT_SID = `HX${'4'.repeat(32)}`;

const rejectBinding = (name: string, address: string, proxyAddress: string, code: number): Step => ({
  name,
  operation: 'create Conversations/Participants',
  input: { body: { 'MessagingBinding.Address': address, 'MessagingBinding.ProxyAddress': proxyAddress } },
  expect: { status: 400, code },
});

const rejectVariables = (name: string, variables: string, code: number): Step => ({
  name,
  operation: 'create Conversations/Messages',
  input: { body: { ContentSid: CONTENT_SID, ContentVariables: variables } },
  expect: { status: 400, code },
});

export const fieldRefusals: Scenario = {
  name: 'field-refusals',
  scopes: ['service', 'account'],
  about: 'What the error dictionary says about single fields: addresses, content variables, triggers, names.',
  steps: [
    { name: 'create a conversation', operation: 'create Conversations', input: { body: {} }, saveAs: 'conversation' },
    {
      name: 'reject a unique name that is too long',
      operation: 'create Conversations',
      input: { body: { UniqueName: textOfLength(257) } },
      expect: { status: 400, code: 50004 },
    },
    rejectBinding('reject an invalid proxy address', '+15005550001', 'no number', 50408),
    rejectBinding('reject a proxy address equal to the address', '+15005550006', '+15005550006', 50409),
    rejectBinding('reject a proxy address of another type', 'whatsapp:+15005550001', '+15005550006', 50414),
    {
      name: 'reject a WhatsApp address without a proxy address',
      operation: 'create Conversations/Participants',
      input: { body: { 'MessagingBinding.Address': 'whatsapp:+15005550001' } },
      expect: { status: 400, code: 50412 },
    },
    {
      name: 'add a chat participant',
      operation: 'create Conversations/Participants',
      input: { body: { Identity: 'alice' } },
      saveAs: 'participant',
    },
    {
      name: 'reject a proxy address for a chat participant',
      operation: 'update Conversations/Participants',
      input: { Sid: '{{participant.sid}}', body: { 'MessagingBinding.ProxyAddress': '+15005550006' } },
      expect: { status: 400, code: 50441 },
      source: 'recorded',
    },
    rejectVariables('reject content variables that are not JSON', 'one', 50527),
    rejectVariables('reject content variables that are a list', '["one"]', 50527),
    rejectVariables('reject too many content variables', manyVariables(101), 50529),
    rejectVariables('reject the name of a content variable that is too long', `{"${textOfLength(17)}":"a"}`, 50540),
    rejectVariables('reject the value of a content variable that is too long', `{"1":"${textOfLength(257)}"}`, 50541),
    {
      name: 'reject a trigger that is too long',
      operation: 'create Conversations/Webhooks',
      input: {
        body: {
          Target: 'trigger',
          'Configuration.Url': 'https://example.com/',
          'Configuration.Triggers': [textOfLength(249)],
        },
      },
      expect: { status: 400, code: 50366 },
    },
    {
      name: 'list the participants, unchanged by the rejected requests',
      operation: 'list Conversations/Participants',
      expect: { count: 1 },
      source: 'inferred',
    },
    {
      name: 'list no messages',
      operation: 'list Conversations/Messages',
      expect: { count: 0 },
      source: 'inferred',
    },
  ],
};

/** The JSON text of an object with that many variables. */
function manyVariables(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i), 'x'])));
}
