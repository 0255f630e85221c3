import type { Scenario } from '../model/scenario.js';
import { nobody, notFound } from './values.js';

const MORE = 'https://www.twilio.com/docs/errors/';

export const errors: Scenario = {
  name: 'errors',
  about: "Refusals have Twilio's four keys, name the path that was asked for, and change nothing.",
  steps: [
    {
      name: 'make a conversation',
      operation: 'createserviceconversation',
      input: { body: { UniqueName: 'calm' } },
      keep: 'conversation',
    },
    {
      name: 'name the path of a missing message',
      operation: 'fetchserviceconversationmessage',
      input: { Sid: nobody('IM') },
      expect: {
        ...notFound,
        body: {
          message: `The requested resource /v1/Services/{{service.sid}}/Conversations/{{conversation.sid}}/Messages/${nobody('IM')} was not found`,
          more_info: `${MORE}20404`,
          status: 404,
        },
      },
      source: 'recorded',
    },
    {
      name: 'not take another kind of SID',
      operation: 'fetchserviceconversation',
      input: { Sid: '{{service.sid}}' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'not take a text for a role SID',
      operation: 'fetchservicerole',
      input: { Sid: 'service admin' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'not take an address for a participant',
      operation: 'fetchserviceconversationparticipant',
      input: { Sid: '+15005550006' },
      expect: notFound,
      source: 'published',
    },
    {
      name: 'repeat status and code in the body',
      operation: 'createserviceconversation',
      input: { body: { UniqueName: 'calm' } },
      expect: { status: 409, code: 50353, body: { status: 409, more_info: `${MORE}50353` } },
      source: 'recorded',
    },
    {
      name: 'ignore a parameter that nobody knows',
      operation: 'createserviceconversation',
      input: { body: { UniqueName: 'quiet', Colour: 'blue' } },
      keep: 'quiet',
      expect: { body: { unique_name: 'quiet', colour: { absent: true } } },
    },
    {
      name: 'ignore it in a list too',
      operation: 'listserviceconversation',
      input: { PageSize: 10 },
      expect: { count: 2 },
    },
    {
      name: 'refuse a page size of nothing',
      operation: 'listserviceconversation',
      input: { PageSize: 0 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'refuse a page size that is no number',
      operation: 'listserviceuser',
      input: { PageSize: 'many' },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'refuse a token that is none',
      operation: 'listserviceconversationmessage',
      input: { PageToken: 'nonsense', Page: 1 },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'refuse a change that is half right',
      operation: 'updateserviceconversation',
      input: { Sid: 'calm', body: { FriendlyName: 'changed', Attributes: '{' } },
      expect: { status: 400, code: 50304 },
      source: 'recorded',
    },
    {
      name: 'find nothing of it changed',
      operation: 'fetchserviceconversation',
      input: { Sid: 'calm' },
      expect: { body: { friendly_name: null } },
      source: 'inferred',
    },
  ],
};
