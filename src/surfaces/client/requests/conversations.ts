import { isJsonObject, type JsonObject } from '../../../core/body.js';
import { form, mapBody, metaOf, within, type ClientSession, textOf, type Handler } from './request.js';

const API = 'https://aim.us1.twilio.com/Client/v2/Conversations';

/** The names of a conversation's Sync objects. */
const syncObjects = (sid: string): JsonObject => ({
  conversation: `${sid}.channel`,
  messages: `${sid}.messages`,
  participants: `${sid}.roster`,
});

const ofUser = (session: ClientSession, parts: JsonObject = {}) =>
  within(session, { UserSid: session.view.identity, ...parts });

export const listMine: Handler = (request, session) => {
  const input = ofUser(session, { PageToken: request.params.get('PageToken') ?? null });
  return mapBody(session.call(request, 'list', 'Users/Conversations', input), (body) => ({
    conversations: (body['conversations'] as readonly JsonObject[]).map(mine),
    meta: metaOf(body),
  }));
};

const mine = (each: JsonObject): JsonObject => ({
  conversation_sid: each['conversation_sid'] ?? null,
  status: 'joined',
  last_read_message_index: each['last_read_message_index'] ?? null,
  notification_level: each['notification_level'] ?? null,
  sync_objects: syncObjects(textOf(each['conversation_sid'])),
});

export const fetchMine: Handler = (request, session, [key = '']) =>
  mapBody(session.call(request, 'fetch', 'Users/Conversations', ofUser(session, { ConversationSid: key })), (body) => ({
    ...body,
    ...mine(body),
  }));

const own = { last_read_message_index: 'LastReadMessageIndex', notification_level: 'NotificationLevel' };

export const updateMine: Handler = (request, session, [sid = '']) => {
  const input = { ...ofUser(session, { ConversationSid: sid }), body: form(request.body, own) };
  return session.call(request, 'update', 'Users/Conversations', input);
};

const writable = { friendly_name: 'FriendlyName', unique_name: 'UniqueName', attributes: 'Attributes' };

export const create: Handler = (request, session) => {
  const input = within(session, { body: form(request.body, writable) });
  return mapBody(session.call(request, 'create', 'Conversations', input), described);
};

/** With the counts, which REST does not have. */
export const fetch: Handler = (request, session, [sid = '']) =>
  mapBody(session.call(request, 'fetch', 'Conversations', within(session, { Sid: sid })), (body) => {
    const counts = session.view.counts(textOf(body['sid']));
    const status = session.view.isParticipant(textOf(body['sid'])) ? 'joined' : 'notParticipating';
    return {
      ...described(body),
      status,
      participants_count: counts.participants,
      messages_count: counts.messages,
    };
  });

function described(body: JsonObject): JsonObject {
  const url = `${API}/${textOf(body['sid'])}`;
  return {
    ...body,
    url,
    links: { messages: `${url}/Messages`, participants: `${url}/Participants` },
    sync_objects: syncObjects(textOf(body['sid'])),
  };
}

export const update: Handler = (request, session, [sid = '']) =>
  session.call(request, 'update', 'Conversations', within(session, { Sid: sid, body: form(request.body, writable) }));

export const remove: Handler = (request, session, [sid = '']) =>
  session.call(request, 'delete', 'Conversations', within(session, { Sid: sid }));

export const createParticipant: Handler = (request, session, [conversation = '']) => {
  const { messaging_binding: binding } = request.body;
  const address = isJsonObject(binding)
    ? form(binding, { address: 'MessagingBinding.Address', proxy_address: 'MessagingBinding.ProxyAddress' })
    : {};
  const body = { ...form(request.body, { identity: 'Identity', attributes: 'Attributes' }), ...address };
  const input = within(session, { ConversationSid: conversation, body });
  return session.call(request, 'create', 'Conversations/Participants', input);
};

export const updateParticipant: Handler = (request, session, [conversation = '', sid = '']) => {
  const body = form(request.body, { attributes: 'Attributes' });
  const input = within(session, { ConversationSid: conversation, Sid: sid, body });
  return session.call(request, 'update', 'Conversations/Participants', input);
};

/** By SID or by identity. */
export const removeParticipant: Handler = (request, session, [conversation = '', key = '']) => {
  const input = within(session, { ConversationSid: conversation, Sid: key });
  return session.call(request, 'delete', 'Conversations/Participants', input);
};

export const fetchUser: Handler = (request, session, [identity = '']) =>
  mapBody(session.call(request, 'fetch', 'Users', within(session, { Sid: identity })), (body) => ({
    ...body,
    sync_objects: { user_info_map: `${session.view.serviceSid}.${textOf(body['identity'])}.info` },
  }));

export const updateUser: Handler = (request, session, [identity = '']) => {
  const body = form(request.body, { friendly_name: 'FriendlyName', attributes: 'Attributes' });
  return session.call(request, 'update', 'Users', within(session, { Sid: identity, body }));
};
