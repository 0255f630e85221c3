import { answer, type Handler } from './request.js';
import { clientOperations } from '../operations.js';

const API = 'https://aim.us1.twilio.com/Client/v2';

/** Limits of media (documentation of the SDKs). The intervals are what the SDKs need to work as usual. */
const limits = {
  user_infos_to_subscribe: 100,
  http_cache_interval: 'PT5S',
  consumption_report_interval: 'PT5S',
  media_attachments_count_limit: 10,
  media_attachment_size_limit_in_mb: 150,
  media_attachments_total_size_limit_in_mb: 150,
  email_histories_allowed_mime_types: ['text/plain', 'text/html'],
  email_bodies_allowed_mime_types: ['text/plain', 'text/html'],
};

/** What an SDK asks for first: names of the user's objects, and where everything is. */
export const configuration: Handler = (request, session) =>
  session.local(request, clientOperations.api, () => {
    const { view, mediaUrl } = session;
    return answer({
      identity: view.identity,
      options: { ...limits, reachability_enabled: view.reachabilityEnabled },
      sync_objects: { my_conversations: view.own.conversations, my_user_info: view.own.info },
      links: {
        my_conversations: `${API}/MyConversations`,
        conversations: `${API}/Conversations`,
        users: `${API}/Users`,
        current_user: `${API}/Users/${encodeURIComponent(view.identity)}`,
        typing: `${API}/Typing`,
        content_templates: `${API}/ContentTemplates`,
        messages_receipts: `${API}/Conversations/%s/Messages/%s/Receipts`,
        media_service: mediaUrl,
        media_set_service: `${mediaUrl}Set`,
      },
    });
  });

/** In seconds. The others show it for one more. */
const TYPING_SECONDS = 5;

export const typing: Handler = (request, session) =>
  session.local(request, clientOperations.api, () => {
    const sid = new URLSearchParams(request.text).get('ChannelSid') ?? '';
    // Twilio's answer to those who are no participants is not recorded. Inferred.
    if (session.view.typing(sid, TYPING_SECONDS + 1)) return answer({ typing_timeout: TYPING_SECONDS });
    return answer({ status: 403, code: 50430, message: 'Participant is not a member of conversation' }, 403);
  });

/** Templates belong to another product of Twilio, so there are none. */
export const contentTemplates: Handler = (request, session) =>
  session.local(request, clientOperations.api, () => answer({ templates: [], meta: { next_token: null } }));

/** The recipients of e-mail, which is not simulated: no message has any. */
export const messageRecipients: Handler = (request, session) =>
  session.local(request, clientOperations.api, () =>
    answer({ message_recipients: [], meta: { next_token: null, previous_token: null } }),
  );

/** No message has channel metadata (the code is what the SDKs expect). */
export const channelMetadata: Handler = (request, session) =>
  session.local(request, clientOperations.api, () =>
    answer({ status: 404, code: 50530, message: 'Channel metadata not found' }, 404),
  );
