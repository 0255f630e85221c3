import { form, mapBody, metaOf, within, type Handler } from './request.js';

const writable = { body: 'Body', attributes: 'Attributes' };
const sendable = {
  ...writable,
  subject: 'Subject',
  content_sid: 'ContentSid',
  content_variables: 'ContentVariables',
};

/** The author is the user of the token. */
export const create: Handler = (request, session, [conversation = '']) => {
  const { media_sids: sids } = request.body;
  const media = Array.isArray(sids) ? sids.filter((sid) => typeof sid === 'string') : [];
  const [first, ...others] = media;
  const body = {
    ...form(request.body, sendable),
    ...(first === undefined ? {} : { MediaSid: first }),
    Author: session.view.identity,
  };
  const input = within(session, { ConversationSid: conversation, body });
  return session.call(request, 'create', 'Conversations/Messages', input, others);
};

export const update: Handler = (request, session, [conversation = '', sid = '']) => {
  const input = within(session, { ConversationSid: conversation, Sid: sid, body: form(request.body, writable) });
  return session.call(request, 'update', 'Conversations/Messages', input);
};

export const remove: Handler = (request, session, [conversation = '', sid = '']) =>
  session.call(
    request,
    'delete',
    'Conversations/Messages',
    within(session, { ConversationSid: conversation, Sid: sid }),
  );

export const listReceipts: Handler = (request, session, [conversation = '', message = '']) => {
  const input = within(session, {
    ConversationSid: conversation,
    MessageSid: message,
    PageSize: request.params.get('PageSize'),
    PageToken: request.params.get('PageToken'),
  });
  return mapBody(session.call(request, 'list', 'Conversations/Messages/Receipts', input), (body) => ({
    delivery_receipts: body['delivery_receipts'] ?? [],
    meta: metaOf(body),
  }));
};
