import type { Scenario, Step } from '../model/scenario.js';
import { like, missingSid, notFound, SIDS } from './values.js';

const participant = (fields: Readonly<Record<string, unknown>>) => JSON.stringify(fields);
const create = (...entries: string[]): NonNullable<Step['input']> => ({ body: { Participant: entries } });

export const conversationWithParticipants: Scenario = {
  name: 'conversation-with-participants',
  about: 'A conversation and its participants in one request: checked first, added after the response, all or nothing.',
  scopes: ['service', 'account'],
  steps: [
    {
      name: 'create a conversation with two participants',
      operation: 'create ConversationWithParticipants',
      input: {
        'X-Twilio-Webhook-Enabled': 'false',
        body: {
          FriendlyName: 'Trip',
          UniqueName: 'trip',
          Attributes: '{"topic":"sea"}',
          'Timers.Inactive': 'PT1H',
          'Timers.Closed': 'PT2H',
          Participant: [participant({ identity: 'ada', attributes: '{"seat":1}' }), participant({ identity: 'ben' })],
        },
      },
      saveAs: 'conversation',
      // The published examples show `active`, the documentation says `initializing`.
      free: { state: 'Twilio may have added the participants already' },
      expect: {
        status: 202,
        body: {
          sid: like(SIDS.conversation),
          account_sid: '{{service.account_sid}}',
          chat_service_sid: '{{service.sid}}',
          messaging_service_sid: like(SIDS.messagingService),
          friendly_name: 'Trip',
          unique_name: 'trip',
          attributes: '{"topic":"sea"}',
          state: like('^(initializing|active)$'),
          bindings: {},
          url: '{{scope.url}}/Conversations/{{conversation.sid}}',
          'links.participants': '{{conversation.url}}/Participants',
          'links.messages': '{{conversation.url}}/Messages',
          'links.webhooks': '{{conversation.url}}/Webhooks',
          'links.export': { absent: true },
        },
      },
    },
    {
      name: 'wait until the conversation is active',
      operation: 'fetch Conversations',
      input: { Sid: 'trip' },
      eventually: true,
      expect: { body: { sid: '{{conversation.sid}}', state: 'active', friendly_name: 'Trip' } },
    },
    {
      name: 'list its participants',
      operation: 'list Conversations/Participants',
      order: 'free',
      expect: { count: 2 },
    },
    {
      name: 'fetch a participant by identity',
      operation: 'fetch Conversations/Participants',
      input: { Sid: 'ada' },
      expect: { body: { identity: 'ada', attributes: '{"seat":1}', role_sid: like(SIDS.role) } },
    },
    {
      name: 'fetch the user that was created with the participant',
      operation: 'fetch Users',
      input: { Sid: 'ben' },
      expect: { body: { identity: 'ben' } },
      source: 'inferred',
    },
    {
      name: 'create a message after that',
      operation: 'create Conversations/Messages',
      input: { body: { Author: 'ada', Body: 'hello' } },
      expect: { body: { index: 0, author: 'ada' } },
    },
    {
      name: 'create a conversation without participants',
      operation: 'create ConversationWithParticipants',
      input: {
        body: {
          State: 'inactive',
          DateCreated: '2021-06-01T10:00:00Z',
          DateUpdated: '2021-06-02T10:00:00Z',
          FriendlyName: 'Nobody',
        },
      },
      saveAs: 'empty',
      expect: {
        status: 201,
        body: { state: 'inactive', date_created: '2021-06-01T10:00:00Z', unique_name: null, friendly_name: 'Nobody' },
      },
      source: 'published',
    },
    {
      name: 'fetch the conversation without participants',
      operation: 'fetch Conversations',
      input: { Sid: '{{empty.sid}}' },
      expect: { body: { state: 'inactive', friendly_name: 'Nobody' } },
      source: 'published',
    },
    {
      name: 'create a conversation with a phone',
      operation: 'create ConversationWithParticipants',
      input: create('{"messaging_binding":{"address":"{{phone.address}}","proxy_address":"{{phone.proxyAddress}}"}}'),
      needs: 'phone',
      saveAs: 'phoned',
      free: { state: 'Twilio may have added the participants already' },
      expect: { status: 202 },
    },
    {
      name: 'wait for the phone',
      operation: 'list Conversations/Participants',
      input: { ConversationSid: '{{phoned.sid}}' },
      needs: 'phone',
      eventually: true,
      expect: { count: 1 },
    },
    {
      name: 'list the participant with the phone',
      operation: 'list Conversations/Participants',
      input: { ConversationSid: '{{phoned.sid}}' },
      needs: 'phone',
      expect: { count: 1, body: { 'participants[0].messaging_binding.address': '{{phone.address}}' } },
    },
    {
      name: 'reject an address pair that is in use',
      operation: 'create ConversationWithParticipants',
      input: create('{"messaging_binding":{"address":"{{phone.address}}","proxy_address":"{{phone.proxyAddress}}"}}'),
      needs: 'phone',
      expect: { status: 409, code: 50425 },
    },
    {
      name: 'reject a participant that is not JSON',
      operation: 'create ConversationWithParticipants',
      input: create('ada'),
      expect: { status: 400, code: 50424 },
    },
    {
      name: 'reject eleven participants',
      operation: 'create ConversationWithParticipants',
      input: create(...Array.from({ length: 11 }, (_, i) => participant({ identity: `guest ${i}` }))),
      expect: { status: 400, code: 50426 },
    },
    {
      name: 'reject the same identity twice',
      operation: 'create ConversationWithParticipants',
      input: create(participant({ identity: 'ada' }), participant({ identity: 'ada' })),
      expect: { status: 409, code: 50433 },
      source: 'inferred',
    },
    {
      name: 'reject a participant without identity and address',
      operation: 'create ConversationWithParticipants',
      input: create(participant({ attributes: '{}' })),
      expect: { status: 400, code: 50204 },
    },
    {
      name: 'reject all participants for one with an unknown role',
      operation: 'create ConversationWithParticipants',
      input: {
        body: {
          UniqueName: 'refused',
          Participant: [participant({ identity: 'ada' }), participant({ identity: 'cyd', role_sid: missingSid('RL') })],
        },
      },
      expect: { status: 400, code: 50100 },
    },
    {
      name: 'return 404 for the refused conversation',
      operation: 'fetch Conversations',
      input: { Sid: 'refused' },
      expect: notFound,
    },
    {
      name: 'reject the unique name of another conversation',
      operation: 'create ConversationWithParticipants',
      input: { body: { UniqueName: 'trip', Participant: [participant({ identity: 'ada' })] } },
      expect: { status: 409, code: 50353 },
      source: 'inferred',
    },
    {
      name: 'reject the initial state closed',
      operation: 'create ConversationWithParticipants',
      input: { body: { State: 'closed', Participant: [participant({ identity: 'ada' })] } },
      expect: { status: 400, code: 50384 },
      source: 'inferred',
    },
    {
      name: 'delete the conversation',
      operation: 'delete Conversations',
      input: { Sid: 'trip' },
      source: 'published',
    },
  ],
};
