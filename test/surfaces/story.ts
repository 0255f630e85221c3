import type { Input } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';

/** Anything that can be called with an operation and an input: the engine, a surface, a client. */
export type Target = (operation: string, input: Input) => Promise<CallResult>;

interface CallResult {
  readonly status: number;
  /** `null` if there is none. */
  readonly body: Json;
}

/** A call with its response. */
export interface StoryExchange extends CallResult {
  readonly operation: string;
}

type Call = (operation: string, input?: Record<string, unknown>) => Promise<JsonObject>;

/** The service of the seed `support-desk`. It has push bindings, which no operation can create. */
const SEEDED = 'IS5e0000000000000000000000000000d1';

/** Calls the operations of a target in one story, with some refusals, and returns the transcript. */
export async function runStory(target: Target): Promise<StoryExchange[]> {
  const transcript: StoryExchange[] = [];
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
  await accountStory(call);
  await createTogether(call, 'createserviceconversationwithparticipants', { ChatServiceSid });
  await call('deleteservice', { Sid: ChatServiceSid });
  await call('fetchservice', { Sid: ChatServiceSid });
  return transcript;
}

/** The same on the paths of the account, and what only the account has. */
async function accountStory(call: Call): Promise<void> {
  const callTwin: Call = (operation, input) => call(operation.replace('service', ''), input);
  await people(callTwin, {});
  await conversation(callTwin, {});
  await createTogether(call, 'createconversationwithparticipants', {});
  await accountSettings(call);
  await addresses(call);
  await credentials(call);
}

async function createTogether(call: Call, operation: string, parents: Parents): Promise<void> {
  await call(operation, { ...parents, body: { FriendlyName: 'Together' } });
}

async function accountSettings(call: Call): Promise<void> {
  await call('fetchconfiguration');
  await call('updateconfiguration', { body: { DefaultInactiveTimer: 'PT10M' } });
  await call('fetchconfigurationwebhook');
  await call('updateconfigurationwebhook', {
    body: { PostWebhookUrl: 'https://example.com/global', Filters: ['onUserAdded'] },
  });
}

async function addresses(call: Call): Promise<void> {
  const { sid: Sid } = await call('createconfigurationaddress', {
    body: { Type: 'sms', Address: '+15017122699', AutoCreation: { Enabled: true, Type: 'default' } },
  });
  await call('fetchconfigurationaddress', { Sid: '+15017122699' });
  await call('updateconfigurationaddress', { Sid, body: { FriendlyName: 'Front desk' } });
  await call('listconfigurationaddress', { Type: 'sms' });
  await call('deleteconfigurationaddress', { Sid });
}

async function credentials(call: Call): Promise<void> {
  const { sid: Sid } = await call('createcredential', { body: { Type: 'fcm', Secret: 'planted-push-secret' } });
  await call('fetchcredential', { Sid });
  await call('updatecredential', { Sid, body: { FriendlyName: 'Push' } });
  await call('listcredential', { PageSize: 5 });
  await call('deletecredential', { Sid });
}

/** Inputs that name the parent resources. */
type Parents = Record<string, unknown>;

async function bindings(call: Call): Promise<void> {
  const parents = { ChatServiceSid: SEEDED };
  const { bindings: found } = await call('listservicebinding', {
    ...parents,
    BindingType: ['fcm', 'apn'],
    PageSize: 5,
  });
  const [first] = found as JsonObject[];
  await call('fetchservicebinding', { ...parents, Sid: first?.['sid'] });
  await call('deleteservicebinding', { ...parents, Sid: first?.['sid'] });
}

async function settings(call: Call, parents: Parents): Promise<void> {
  await call('fetchserviceconfiguration', parents);
  await call('updateserviceconfiguration', { ...parents, body: { ReachabilityEnabled: true } });
  await call('fetchservicenotification', parents);
  await call('updateservicenotification', {
    ...parents,
    body: { LogEnabled: true, NewMessage: { Enabled: true, WithMedia: { Template: '${MEDIA}' } } },
  });
  await call('fetchservicewebhookconfiguration', parents);
  await call('updateservicewebhookconfiguration', {
    ...parents,
    body: {
      PostWebhookUrl: 'https://example.com/events',
      Method: 'POST',
      Filters: ['onMessageAdded', 'onParticipantAdded'],
    },
  });
}

async function people(call: Call, parents: Parents): Promise<void> {
  const role = { FriendlyName: 'guide', Type: 'service', Permission: ['createConversation', 'joinConversation'] };
  const { sid: RoleSid } = await call('createservicerole', { ...parents, body: role });
  await call('fetchservicerole', { ...parents, Sid: RoleSid });
  await call('updateservicerole', { ...parents, Sid: RoleSid, body: { Permission: ['joinConversation'] } });
  await call('listservicerole', { ...parents, PageSize: 2 });
  await call('createserviceuser', { ...parents, body: { Identity: 'alice', Attributes: '{"team": "ü"}' } });
  await call('fetchserviceuser', { ...parents, Sid: 'alice' });
  await call('updateserviceuser', { ...parents, Sid: 'alice', body: { FriendlyName: 'Alice', RoleSid } });
  await call('listserviceuser', parents);
  const { sid: spare } = await call('createservicerole', { ...parents, body: { ...role, FriendlyName: 'spare' } });
  await call('deleteservicerole', { ...parents, Sid: spare });
}

async function conversation(call: Call, parents: Parents): Promise<void> {
  const header = { 'X-Twilio-Webhook-Enabled': 'false' };
  const { sid } = await call('createserviceconversation', {
    ...parents,
    ...header,
    body: { FriendlyName: 'Talk', UniqueName: 'talk & more', Timers: { Inactive: 'P1D' }, 'Timers.Closed': 'P2D' },
  });
  await call('fetchserviceconversation', { ...parents, Sid: 'talk & more' });
  await call('updateserviceconversation', { ...parents, Sid: sid, body: { Attributes: '{"topic":"tests"}' } });
  const inConversation = { ...parents, ConversationSid: sid };

  const chat = await call('createserviceconversationparticipant', { ...inConversation, body: { Identity: 'alice' } });
  await call('createserviceconversationparticipant', {
    ...inConversation,
    body: { MessagingBinding: { Address: '+15558675310', ProxyAddress: '+15017122661' } },
  });
  await call('fetchserviceconversationparticipant', { ...inConversation, Sid: chat['sid'] });
  await call('listserviceconversationparticipant', inConversation);
  await call('listserviceparticipantconversation', { ...parents, Identity: 'alice' });
  await call('listserviceuserconversation', { ...parents, UserSid: 'alice' });

  const message = await call('createserviceconversationmessage', {
    ...inConversation,
    body: { Author: 'alice', Body: 'Hello' },
  });
  await call('createserviceconversationmessage', { ...inConversation, body: { Author: 'system', Body: 'Second' } });
  await call('fetchserviceconversationmessage', { ...inConversation, Sid: message['sid'] });
  await call('updateserviceconversationmessage', {
    ...inConversation,
    Sid: message['sid'],
    body: { Body: 'Hello again' },
  });
  await pages(call, inConversation);
  const receipts = { ...inConversation, MessageSid: message['sid'] };
  const { delivery_receipts: found } = await call('listserviceconversationmessagereceipt', receipts);
  await call('fetchserviceconversationmessagereceipt', { ...receipts, Sid: (found as JsonObject[])[0]?.['sid'] });

  const mine = { ...parents, UserSid: 'alice', ConversationSid: sid };
  await call('fetchserviceuserconversation', mine);
  await call('updateserviceuserconversation', {
    ...mine,
    body: { NotificationLevel: 'muted', LastReadMessageIndex: 0 },
  });
  await call('updateserviceconversationparticipant', {
    ...inConversation,
    Sid: 'alice',
    body: { LastReadMessageIndex: 1 },
  });
  await webhooks(call, inConversation);

  await call('deleteserviceuserconversation', mine);
  const second = await call('createserviceconversationparticipant', { ...inConversation, body: { Identity: 'bob' } });
  await call('deleteserviceconversationparticipant', { ...inConversation, Sid: second['sid'] });
  await call('deleteserviceconversationmessage', { ...inConversation, ...header, Sid: message['sid'] });
  await call('deleteserviceuser', { ...parents, Sid: 'bob' });
  await call('listserviceconversation', { ...parents, State: 'active' });
  await call('deleteserviceconversation', { ...parents, Sid: 'talk & more' });
}

async function pages(call: Call, inConversation: Parents): Promise<void> {
  const { meta } = await call('listserviceconversationmessage', { ...inConversation, Order: 'desc', PageSize: 1 });
  const { next_page_url: next } = meta as { next_page_url: string };
  const { searchParams } = new URL(next);
  await call('listserviceconversationmessage', { ...inConversation, ...Object.fromEntries(searchParams) });
}

async function webhooks(call: Call, inConversation: Parents): Promise<void> {
  const { sid: Sid } = await call('createserviceconversationscopedwebhook', {
    ...inConversation,
    body: {
      Target: 'webhook',
      'Configuration.Url': 'https://example.com',
      Configuration: { Filters: ['onMessageAdded'] },
    },
  });
  await call('fetchserviceconversationscopedwebhook', { ...inConversation, Sid });
  await call('updateserviceconversationscopedwebhook', {
    ...inConversation,
    Sid,
    body: { 'Configuration.Method': 'post' },
  });
  await call('listserviceconversationscopedwebhook', inConversation);
  await call('deleteserviceconversationscopedwebhook', { ...inConversation, Sid });
}

async function refusals(call: Call, parents: Parents): Promise<void> {
  await call('createserviceuser', { ...parents, body: { Identity: 'alice' } });
  await call('createserviceconversation', { ...parents, body: { State: 'asleep' } });
  await call('fetchserviceconversation', { ...parents, Sid: 'nowhere' });
  await call('listserviceuser', { ...parents, PageSize: 'many' });
  await call('updateservicerole', { ...parents, Sid: 'RL0', body: { Permission: ['joinConversation'] } });
}
