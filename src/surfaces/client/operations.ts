/** What the client SDKs ask for besides the operations of REST. By these names, faults and the journal know it. */
import { localOperation } from '../../engine/local-calls.js';

const AIM = 'https://aim.us1.twilio.com';
const SYNC = 'https://cds.us1.twilio.com';
const ERS = 'https://ers.us1.twilio.com';
const TWILSOCK = 'https://tsock.us1.twilio.com';

export const clientOperations = {
  connect: localOperation('clientconnect', {
    baseUri: TWILSOCK,
    noun: 'ClientConnections',
    verb: 'create',
    method: 'POST',
    path: '/v3/wsconnect',
    description: 'Open the session of a client SDK with an access token, or renew its token.',
  }),
  notify: localOperation('clientnotification', {
    baseUri: TWILSOCK,
    noun: 'ClientNotifications',
    verb: 'create',
    method: 'POST',
    path: '/v3/wsconnect',
    description: 'Send a change to a client SDK.',
  }),
  api: localOperation('clientrequest', {
    baseUri: AIM,
    noun: 'ClientRequests',
    verb: 'fetch',
    method: 'GET',
    path: '/Client/v2',
    description: 'Answer what the client SDKs ask for and REST does not have, such as their configuration or typing.',
  }),
  sync: localOperation('clientsync', {
    baseUri: SYNC,
    noun: 'SyncObjects',
    verb: 'fetch',
    method: 'GET',
    path: '/v3',
    description: 'Read the Sync objects of Conversations.',
  }),
  subscribe: localOperation('clientsubscribe', {
    baseUri: SYNC,
    noun: 'SyncSubscriptions',
    verb: 'create',
    method: 'POST',
    path: '/v4/Subscriptions',
    description: 'Subscribe to changes of Sync objects.',
  }),
  register: localOperation('clientregister', {
    baseUri: ERS,
    noun: 'ClientRegistrations',
    verb: 'create',
    method: 'POST',
    path: '/v1/registrations',
    description: 'Register a device for push notifications.',
  }),
} as const;
