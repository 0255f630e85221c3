import type { Scenario, Step } from '../model/scenario.js';
import { like, missingSid, notFound, SIDS } from './values.js';

const changing = 'it changes during the scenario, as the phone network delivers the message';
const free: Step['free'] = {
  status: changing,
  error_code: changing,
  date_updated: changing,
  channel_message_sid: changing,
};
/** With one recipient, some is not possible. */
const oneOrNone = like('^(all|none)$');
/** The phone must be reachable. An SMS is never read (documentation). */
const onItsWay = { anyOf: [null, 'sent', 'delivered'] };
const noError = { anyOf: [null, 0] };
const phone = {
  'MessagingBinding.Address': '{{phone.address}}',
  'MessagingBinding.ProxyAddress': '{{phone.proxyAddress}}',
};

export const receipt: Scenario = {
  name: 'receipt',
  scopes: ['service', 'account'],
  about: 'A message has one receipt for each recipient outside of chat, and none for chat participants.',
  steps: [
    {
      name: 'create a conversation',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'post' } },
      saveAs: 'conversation',
    },
    {
      name: 'add a chat participant',
      operation: 'create Conversations/Participants',
      input: { body: { Identity: 'alice' } },
    },
    {
      name: 'create a message',
      operation: 'create Conversations/Messages',
      input: { body: { Body: 'hello', Author: 'alice' } },
      saveAs: 'message',
    },
    {
      name: 'list no receipts without SMS participants',
      operation: 'list Conversations/Messages/Receipts',
      input: { ConversationSid: 'post' },
      expect: { count: 0, body: { 'meta.key': 'delivery_receipts', 'meta.page_size': 50 } },
      source: 'documented',
    },
    {
      name: 'return 404 for an unknown receipt',
      operation: 'fetch Conversations/Messages/Receipts',
      input: { Sid: missingSid('DY') },
      expect: notFound,
    },
    {
      name: 'return 404 for the receipts of an unknown message',
      operation: 'list Conversations/Messages/Receipts',
      input: { MessageSid: missingSid('IM') },
      expect: notFound,
    },
    {
      name: 'add an SMS participant',
      operation: 'create Conversations/Participants',
      input: { body: phone },
      saveAs: 'phoned',
      needs: 'phone',
      expect: {
        body: {
          identity: null,
          messaging_binding: { type: 'sms', address: '{{phone.address}}', proxy_address: '{{phone.proxyAddress}}' },
          role_sid: like(SIDS.role),
        },
      },
      source: 'published',
    },
    {
      name: 'create another conversation',
      operation: 'create Conversations',
      input: { body: {} },
      saveAs: 'elsewhere',
      needs: 'phone',
    },
    {
      name: 'reject the same address and proxy address in another conversation',
      operation: 'create Conversations/Participants',
      input: { ConversationSid: '{{elsewhere.sid}}', body: phone },
      needs: 'phone',
      expect: {
        status: 409,
        code: 50416,
        body: {
          message:
            'A binding for this participant and proxy address already exists in Conversation {{conversation.sid}}',
        },
      },
      source: 'recorded',
    },
    {
      name: 'create a message to the SMS participant',
      operation: 'create Conversations/Messages',
      input: { body: { Body: 'hello, phone', Author: 'alice' } },
      saveAs: 'sent',
      needs: 'phone',
      free: {
        'delivery.sent': changing,
        'delivery.delivered': changing,
        'delivery.failed': changing,
        'delivery.undelivered': changing,
      },
      expect: {
        body: {
          'delivery.total': 1,
          'delivery.sent': oneOrNone,
          'delivery.delivered': oneOrNone,
          'delivery.read': 'none',
          'delivery.failed': 'none',
          'delivery.undelivered': 'none',
        },
      },
      source: 'documented',
    },
    {
      name: 'list the receipts of the message',
      operation: 'list Conversations/Messages/Receipts',
      input: { MessageSid: '{{sent.sid}}', PageSize: 1 },
      saveAs: 'receipts',
      needs: 'phone',
      free: Object.fromEntries(Object.entries(free).map(([key, why]) => [`delivery_receipts[].${key}`, why])),
      expect: {
        count: 1,
        body: {
          'delivery_receipts[0].sid': like(SIDS.receipt),
          'delivery_receipts[0].message_sid': '{{sent.sid}}',
          'delivery_receipts[0].participant_sid': '{{phoned.sid}}',
          'delivery_receipts[0].status': onItsWay,
          'delivery_receipts[0].error_code': noError,
        },
      },
    },
    {
      name: 'fetch a receipt',
      operation: 'fetch Conversations/Messages/Receipts',
      input: { ConversationSid: 'post', MessageSid: '{{sent.sid}}', Sid: '{{receipts.delivery_receipts[0].sid}}' },
      needs: 'phone',
      free,
      expect: {
        body: {
          sid: '{{receipts.delivery_receipts[0].sid}}',
          conversation_sid: '{{conversation.sid}}',
          status: onItsWay,
          error_code: noError,
        },
      },
      source: 'published',
    },
    {
      name: 'return 404 for the receipt below another message',
      operation: 'fetch Conversations/Messages/Receipts',
      input: { Sid: '{{receipts.delivery_receipts[0].sid}}' },
      needs: 'phone',
      expect: notFound,
    },
    {
      name: 'list the conversations of the address',
      operation: 'list ParticipantConversations',
      input: { Address: '{{phone.address}}' },
      needs: 'phone',
      expect: {
        count: 1,
        body: {
          'conversations[0].conversation_sid': '{{conversation.sid}}',
          'conversations[0].participant_sid': '{{phoned.sid}}',
          'conversations[0].participant_user_sid': null,
          'conversations[0].participant_identity': null,
        },
      },
      source: 'published',
    },
    {
      name: 'delete the message and its receipts',
      operation: 'delete Conversations/Messages',
      input: { Sid: '{{sent.sid}}' },
      needs: 'phone',
    },
    {
      name: 'return 404 for the receipts of the deleted message',
      operation: 'list Conversations/Messages/Receipts',
      input: { MessageSid: '{{sent.sid}}' },
      needs: 'phone',
      expect: notFound,
      source: 'inferred',
    },
    {
      name: 'return 404 for a receipt of the deleted message',
      operation: 'fetch Conversations/Messages/Receipts',
      input: { MessageSid: '{{sent.sid}}', Sid: '{{receipts.delivery_receipts[0].sid}}' },
      needs: 'phone',
      expect: notFound,
      source: 'inferred',
    },
  ],
};
