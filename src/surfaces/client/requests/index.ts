import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { Result } from '../../../core/operation.js';
import { clientOperations } from '../operations.js';
import * as bootstrap from './configuration.js';
import * as conversations from './conversations.js';
import * as messages from './messages.js';
import * as registrations from './registrations.js';
import { refusal, type ClientRequest, type ClientSession, type Handler } from './request.js';
import * as sync from './sync.js';

/** The requests of the SDKs: method, path and handler. The hosts differ by region, so paths alone decide. */
const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/Client/v2/Configuration', bootstrap.configuration],
  ['POST', '/Client/v2/Typing', bootstrap.typing],
  ['GET', '/Client/v2/ContentTemplates', bootstrap.contentTemplates],
  ['GET', '/Client/v2/MyConversations', conversations.listMine],
  ['GET', '/Client/v2/MyConversations/*', conversations.fetchMine],
  ['POST', '/Client/v2/MyConversations/*', conversations.updateMine],
  ['POST', '/Client/v2/Conversations', conversations.create],
  ['GET', '/Client/v2/Conversations/*', conversations.fetch],
  ['POST', '/Client/v2/Conversations/*', conversations.update],
  ['DELETE', '/Client/v2/Conversations/*', conversations.remove],
  ['POST', '/Client/v2/Conversations/*/Participants', conversations.createParticipant],
  ['POST', '/Client/v2/Conversations/*/Participants/*', conversations.updateParticipant],
  ['DELETE', '/Client/v2/Conversations/*/Participants/*', conversations.removeParticipant],
  ['POST', '/Client/v2/Conversations/*/Messages', messages.create],
  ['POST', '/Client/v2/Conversations/*/Messages/*', messages.update],
  ['DELETE', '/Client/v2/Conversations/*/Messages/*', messages.remove],
  ['GET', '/Client/v2/Conversations/*/Messages/*/Receipts', messages.listReceipts],
  ['GET', '/Client/v2/Conversations/*/Messages/*/ChannelMetadata', bootstrap.channelMetadata],
  ['GET', '/Client/v2/Conversations/*/MessageRecipients', bootstrap.messageRecipients],
  ['GET', '/Client/v2/Users/*', conversations.fetchUser],
  ['POST', '/Client/v2/Users/*', conversations.updateUser],
  ['GET', '/v3/*/*', sync.openObject],
  ['GET', '/v3/*/*/Items', sync.listItems],
  ['POST', '/v4/Subscriptions', sync.subscribe],
  ['POST', '/v1/registrations', registrations.register],
  ['DELETE', '/v1/registrations', registrations.unregister],
  ['DELETE', '/v1/registrations/*', registrations.unregister],
];

/** By method and number of segments, so that few are compared. */
const table = new Map<string, { readonly segments: readonly string[]; readonly handler: Handler }[]>();
for (const [method, path, handler] of routes) {
  const segments = path.slice(1).split('/');
  const key = `${method} ${segments.length}`;
  table.set(key, [...(table.get(key) ?? []), { segments, handler }]);
}

/** Answers a request of an SDK. What Twilio has and this server does not is a 404. */
export function answerRequest(request: ClientRequest, session: ClientSession): MaybePromise<Result> {
  const { method, path } = request;
  for (const { segments, handler } of table.get(`${method} ${path.length}`) ?? []) {
    if (!segments.every((segment, i) => segment === '*' || segment === path[i])) continue;
    return handler(
      request,
      session,
      path.filter((_, i) => segments[i] === '*'),
    );
  }
  const name = `/${path.join('/')}`.slice(0, 200);
  return session.local(request, clientOperations.api, () =>
    refusal(404, 20404, `The requested resource ${name} was not found`),
  );
}
