import type { Scenario, Step } from '../model/scenario.js';
import { like, nobody, notFound, SIDS } from './values.js';

const moving = 'the phone network moves it while the scenario runs';
const free: Step['free'] = { status: moving, error_code: moving, date_updated: moving, channel_message_sid: moving };
const phone = {
  'MessagingBinding.Address': '{{phone.address}}',
  'MessagingBinding.ProxyAddress': '{{phone.proxyAddress}}',
};

export const receipt: Scenario = {
  name: 'receipt',
  about: 'A message has one receipt for each recipient who is not on chat, and none for anybody else.',
  steps: [
    { name: 'make a conversation', operation: 'createserviceconversation', input: { body: {} }, keep: 'conversation' },
    {
      name: 'add a chat participant',
      operation: 'createserviceconversationparticipant',
      input: { body: { Identity: 'alice' } },
    },
    {
      name: 'write a message',
      operation: 'createserviceconversationmessage',
      input: { body: { Body: 'hello', Author: 'alice' } },
      keep: 'message',
    },
    {
      name: 'find no receipt among chat users',
      operation: 'listserviceconversationmessagereceipt',
      expect: { count: 0, body: { 'meta.key': 'delivery_receipts', 'meta.page_size': 50 } },
      source: 'documented',
    },
    {
      name: 'not find a receipt that never was',
      operation: 'fetchserviceconversationmessagereceipt',
      input: { Sid: nobody('DY') },
      expect: notFound,
    },
    {
      name: 'not list the receipts of no message',
      operation: 'listserviceconversationmessagereceipt',
      input: { MessageSid: nobody('IM') },
      expect: notFound,
    },
    {
      name: 'add a phone',
      operation: 'createserviceconversationparticipant',
      input: { body: phone },
      keep: 'phoned',
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
      name: 'refuse the same phone behind the same proxy elsewhere: make',
      operation: 'createserviceconversation',
      input: { body: {} },
      keep: 'elsewhere',
      needs: 'phone',
    },
    {
      name: 'refuse the same phone behind the same proxy elsewhere: add',
      operation: 'createserviceconversationparticipant',
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
      name: 'write to the phone',
      operation: 'createserviceconversationmessage',
      input: { body: { Body: 'hello, phone', Author: 'alice' } },
      keep: 'sent',
      needs: 'phone',
      free: {
        'delivery.sent': moving,
        'delivery.delivered': moving,
        'delivery.failed': moving,
        'delivery.undelivered': moving,
      },
      expect: { body: { 'delivery.total': 1, 'delivery.read': 'none' } },
      source: 'documented',
    },
    {
      name: 'list its receipts',
      operation: 'listserviceconversationmessagereceipt',
      input: { MessageSid: '{{sent.sid}}', PageSize: 1 },
      keep: 'receipts',
      needs: 'phone',
      free: Object.fromEntries(Object.entries(free).map(([key, why]) => [`delivery_receipts[].${key}`, why])),
      expect: {
        count: 1,
        body: {
          'delivery_receipts[0].sid': like(SIDS.receipt),
          'delivery_receipts[0].message_sid': '{{sent.sid}}',
          'delivery_receipts[0].participant_sid': '{{phoned.sid}}',
        },
      },
    },
    {
      name: 'fetch a receipt',
      operation: 'fetchserviceconversationmessagereceipt',
      input: { MessageSid: '{{sent.sid}}', Sid: '{{receipts.delivery_receipts[0].sid}}' },
      needs: 'phone',
      free,
      expect: { body: { sid: '{{receipts.delivery_receipts[0].sid}}', conversation_sid: '{{conversation.sid}}' } },
      source: 'published',
    },
    {
      name: 'not find a receipt by another message',
      operation: 'fetchserviceconversationmessagereceipt',
      input: { Sid: '{{receipts.delivery_receipts[0].sid}}' },
      needs: 'phone',
      expect: notFound,
    },
    {
      name: 'find the phone among its conversations',
      operation: 'listserviceparticipantconversation',
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
      name: 'remove the message with its receipts',
      operation: 'deleteserviceconversationmessage',
      input: { Sid: '{{sent.sid}}' },
      needs: 'phone',
    },
    {
      name: 'not find the receipts any more',
      operation: 'listserviceconversationmessagereceipt',
      input: { MessageSid: '{{sent.sid}}' },
      needs: 'phone',
      expect: notFound,
      source: 'inferred',
    },
  ],
};
