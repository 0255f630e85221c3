import type { Input } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';

/** Anything that takes an operation and an input: the engine, a surface, a client. */
export type Target = (operation: string, input: Input) => Promise<Answer>;

export interface Answer {
  readonly status: number;
  /** `null` when there is none. */
  readonly body: Json;
}

/** One call with its answer. */
export interface Told extends Answer {
  readonly operation: string;
}

type Call = (operation: string, input?: Record<string, unknown>) => Promise<JsonObject>;

/** The service of the seed `support-desk`, which has push bindings: no operation makes those. */
const SEEDED = 'IS5e0000000000000000000000000000d1';

/** Lives one story through a target, by all 50 operations and some refusals; the transcript says what was answered. */
export async function tell(target: Target): Promise<Told[]> {
  const transcript: Told[] = [];
  const call: Call = async (operation, input = {}) => {
    const { status, body } = await target(operation, input);
    transcript.push({ operation, status, body });
    return (body ?? {}) as JsonObject;
  };
  await bindings(call);
  const { sid: ChatServiceSid } = await call('createservice', { body: { FriendlyName: 'Story' } });
  await settings(call, { ChatServiceSid });
  await people(call, { ChatServiceSid });
  await conversation(call, { ChatServiceSid });
  await refusals(call, { ChatServiceSid });
  await call('listservice', { PageSize: 1 });
  await call('fetchservice', { Sid: ChatServiceSid });
  await call('deleteservice', { Sid: ChatServiceSid });
  await call('fetchservice', { Sid: ChatServiceSid });
  return transcript;
}

type Place = Record<string, unknown>;

async function bindings(call: Call): Promise<void> {
  const place = { ChatServiceSid: SEEDED };
  const { bindings: found } = await call('listservicebinding', { ...place, BindingType: ['fcm', 'apn'], PageSize: 5 });
  const [first] = found as JsonObject[];
  await call('fetchservicebinding', { ...place, Sid: first?.['sid'] });
  await call('deleteservicebinding', { ...place, Sid: first?.['sid'] });
}

async function settings(call: Call, place: Place): Promise<void> {
  await call('fetchserviceconfiguration', place);
  await call('updateserviceconfiguration', { ...place, body: { ReachabilityEnabled: true } });
  await call('fetchservicenotification', place);
  await call('updateservicenotification', {
    ...place,
    body: { LogEnabled: true, NewMessage: { Enabled: true, WithMedia: { Template: '${MEDIA}' } } },
  });
  await call('fetchservicewebhookconfiguration', place);
  await call('updateservicewebhookconfiguration', {
    ...place,
    body: {
      PostWebhookUrl: 'https://example.com/events',
      Method: 'POST',
      Filters: ['onMessageAdded', 'onUserUpdated'],
    },
  });
}

async function people(call: Call, place: Place): Promise<void> {
  const role = { FriendlyName: 'guide', Type: 'service', Permission: ['createConversation', 'joinConversation'] };
  const { sid: RoleSid } = await call('createservicerole', { ...place, body: role });
  await call('fetchservicerole', { ...place, Sid: RoleSid });
  await call('updateservicerole', { ...place, Sid: RoleSid, body: { Permission: ['joinConversation'] } });
  await call('listservicerole', { ...place, PageSize: 2 });
  await call('createserviceuser', { ...place, body: { Identity: 'alice', Attributes: '{"team": "ü"}' } });
  await call('fetchserviceuser', { ...place, Sid: 'alice' });
  await call('updateserviceuser', { ...place, Sid: 'alice', body: { FriendlyName: 'Alice', RoleSid } });
  await call('listserviceuser', place);
  const { sid: spare } = await call('createservicerole', { ...place, body: { ...role, FriendlyName: 'spare' } });
  await call('deleteservicerole', { ...place, Sid: spare });
}

async function conversation(call: Call, place: Place): Promise<void> {
  const header = { 'X-Twilio-Webhook-Enabled': 'false' };
  const { sid } = await call('createserviceconversation', {
    ...place,
    ...header,
    body: { FriendlyName: 'Talk', UniqueName: 'talk & more', Timers: { Inactive: 'P1D' }, 'Timers.Closed': 'P2D' },
  });
  await call('fetchserviceconversation', { ...place, Sid: 'talk & more' });
  await call('updateserviceconversation', { ...place, Sid: sid, body: { Attributes: '{"topic":"tests"}' } });
  const within = { ...place, ConversationSid: sid };

  const chat = await call('createserviceconversationparticipant', { ...within, body: { Identity: 'alice' } });
  await call('createserviceconversationparticipant', {
    ...within,
    body: { MessagingBinding: { Address: '+15558675310', ProxyAddress: '+15017122661' } },
  });
  await call('fetchserviceconversationparticipant', { ...within, Sid: chat['sid'] });
  await call('listserviceconversationparticipant', within);
  await call('listserviceparticipantconversation', { ...place, Identity: 'alice' });
  await call('listserviceuserconversation', { ...place, UserSid: 'alice' });

  const message = await call('createserviceconversationmessage', {
    ...within,
    body: { Author: 'alice', Body: 'Hello' },
  });
  await call('createserviceconversationmessage', { ...within, body: { Author: 'system', Body: 'Second' } });
  await call('fetchserviceconversationmessage', { ...within, Sid: message['sid'] });
  await call('updateserviceconversationmessage', { ...within, Sid: message['sid'], body: { Body: 'Hello again' } });
  await pages(call, within);
  const receipts = { ...within, MessageSid: message['sid'] };
  const { delivery_receipts: found } = await call('listserviceconversationmessagereceipt', receipts);
  await call('fetchserviceconversationmessagereceipt', { ...receipts, Sid: (found as JsonObject[])[0]?.['sid'] });

  const mine = { ...place, UserSid: 'alice', ConversationSid: sid };
  await call('fetchserviceuserconversation', mine);
  await call('updateserviceuserconversation', {
    ...mine,
    body: { NotificationLevel: 'muted', LastReadMessageIndex: 0 },
  });
  await call('updateserviceconversationparticipant', { ...within, Sid: 'alice', body: { LastReadMessageIndex: 1 } });
  await webhooks(call, within);

  await call('deleteserviceuserconversation', mine);
  const second = await call('createserviceconversationparticipant', { ...within, body: { Identity: 'bob' } });
  await call('deleteserviceconversationparticipant', { ...within, Sid: second['sid'] });
  await call('deleteserviceconversationmessage', { ...within, ...header, Sid: message['sid'] });
  await call('deleteserviceuser', { ...place, Sid: 'bob' });
  await call('listserviceconversation', { ...place, State: 'active' });
  await call('deleteserviceconversation', { ...place, Sid: 'talk & more' });
}

async function pages(call: Call, within: Place): Promise<void> {
  const { meta } = await call('listserviceconversationmessage', { ...within, Order: 'desc', PageSize: 1 });
  const { next_page_url: next } = meta as { next_page_url: string };
  const { searchParams } = new URL(next);
  await call('listserviceconversationmessage', { ...within, ...Object.fromEntries(searchParams) });
}

async function webhooks(call: Call, within: Place): Promise<void> {
  const { sid: Sid } = await call('createserviceconversationscopedwebhook', {
    ...within,
    body: {
      Target: 'webhook',
      'Configuration.Url': 'https://example.com',
      Configuration: { Filters: ['onMessageAdded'] },
    },
  });
  await call('fetchserviceconversationscopedwebhook', { ...within, Sid });
  await call('updateserviceconversationscopedwebhook', { ...within, Sid, body: { 'Configuration.Method': 'post' } });
  await call('listserviceconversationscopedwebhook', within);
  await call('deleteserviceconversationscopedwebhook', { ...within, Sid });
}

async function refusals(call: Call, place: Place): Promise<void> {
  await call('createserviceuser', { ...place, body: { Identity: 'alice' } });
  await call('createserviceconversation', { ...place, body: { State: 'asleep' } });
  await call('fetchserviceconversation', { ...place, Sid: 'nowhere' });
  await call('listserviceuser', { ...place, PageSize: 'many' });
  await call('updateservicerole', { ...place, Sid: 'RL0', body: { Permission: ['joinConversation'] } });
}
