import { describe, expect, it } from 'vitest';
import { callOk as ok, startSim, WITH_WEBHOOKS } from '../../../helpers/sim.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { createTestSimulator, itemsOf, ORIGIN, sidOf } from '../../../helpers/simulator.js';

const ada = JSON.stringify({ identity: 'ada' });
const phone = (address: string, proxy: string) =>
  JSON.stringify({ messaging_binding: { address, proxy_address: proxy } });

const create = 'createconversationwithparticipants';

describe('a conversation created with participants', () => {
  it('is answered with 202 while it is initializing, and is active with all participants in the next call', async () => {
    const { call, callOk } = await createTestSimulator();
    const { status, body } = await call(create, {
      body: { FriendlyName: 'Trip', Participant: [ada, phone('+15550001111', '+15559990000')] },
    });
    expect(status).toBe(202);
    expect(Object.keys(body ?? {}).slice(-3)).toEqual(['bindings', 'links', 'url']);
    expect(body).toMatchObject({ state: 'initializing', friendly_name: 'Trip' });
    const sid = sidOf(body ?? {});
    expect(body?.['url']).toBe(`${ORIGIN}/v1/Conversations/${sid}`);
    expect(Object.keys(body?.['links'] as object)).toEqual(['participants', 'messages', 'webhooks']);

    expect(await callOk('fetchconversation', { Sid: sid })).toMatchObject({ state: 'active' });
    const participants = itemsOf(await callOk('listconversationparticipant', { ConversationSid: sid }));
    expect(new Set(participants.map(({ identity }) => identity))).toEqual(new Set(['ada', null]));
    expect(await callOk('fetchuser', { Sid: 'ada' })).toMatchObject({ identity: 'ada' });
  });

  it('is an ordinary conversation, active at once, when no participant is given', async () => {
    const { call } = await createTestSimulator();
    const { status, body } = await call(create, { body: { UniqueName: 'plain' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'active', unique_name: 'plain' });
  });

  it('is not created when one participant is refused, and its name stays free', async () => {
    const { call, callOk, refusal } = await createTestSimulator();
    await call(create, { body: { Participant: [phone('+15550001111', '+15559990000')] } });
    const refused = async (...participants: string[]) =>
      refusal(create, { body: { UniqueName: 'trip', Participant: participants } });
    expect(await refused(ada, phone('+15550001111', '+15559990000'))).toEqual([409, 50425]);
    expect(await refused(phone('+15550002222', '+15559990000'), phone('+15550002222', '+15559990000'))).toEqual([
      409, 50425,
    ]);
    expect(await refused(ada, ada)).toEqual([409, 50433]);
    expect(await refused('no json')).toEqual([400, 50424]);
    expect(await refused('[]')).toEqual([400, 50424]);
    expect(await refused(JSON.stringify({ messaging_binding: 'x' }))).toEqual([400, 50424]);
    expect(await refused(JSON.stringify({}))).toEqual([400, 50204]);
    expect(await refused(...Array.from({ length: 11 }, (_, i) => JSON.stringify({ identity: `user ${i}` })))).toEqual([
      400, 50426,
    ]);
    // The first fault in the given order counts, after the form of all.
    const noJson = JSON.stringify({ identity: 'bob', attributes: '{' });
    expect(await refused(phone('555', '+15559990000'), noJson)).toEqual([400, 50407]);
    expect(await refused(noJson, phone('555', '+15559990000'))).toEqual([400, 50304]);
    expect(await refused(noJson, 'no json')).toEqual([400, 50424]);
    expect(itemsOf(await callOk('listconversation'))).toHaveLength(1);
    expect((await call(create, { body: { UniqueName: 'trip', Participant: ada } })).status).toBe(202);
  });

  it('calls the pre-action webhook only if it can be created', async () => {
    const world = (await startSim()).world('pre-action');
    const app = await startWebhookTarget(world.authToken);
    const hooks = { PreWebhookUrl: app.origin, Filters: ['onConversationAdd'] };
    await ok(world, 'updateconfigurationwebhook', { body: hooks });
    const fires = (...participants: string[]) =>
      world.call(create, { ...WITH_WEBHOOKS, body: { UniqueName: 'trip', Participant: participants } });
    expect((await fires(ada, ada)).status).toBe(409);
    expect(app.events()).toEqual([]);
    expect((await fires(ada)).status).toBe(202);
    expect(app.events()).toEqual(['onConversationAdd']);
  });

  it('refuses every change while it is initializing, for as long as a control says', async () => {
    const world = (await startSim()).world('initializing');
    await world.control('conversations.set-initialization-time', { after: 'PT6S' });
    const created = await ok(world, create, { body: { Participant: ada } });
    const inside = { ConversationSid: sidOf(created) };
    const at = { Sid: sidOf(created) };
    const refusalOf = async (operation: string, input: object) => (await world.call(operation, { ...input })).body;
    const initializing = { code: 50386, status: 400 };
    expect(await ok(world, 'fetchconversation', at)).toMatchObject({ state: 'initializing' });
    expect(await refusalOf('updateconversation', { ...at, body: { State: 'closed' } })).toMatchObject(initializing);
    const message = { ...inside, body: { Body: 'Hi' } };
    expect(await refusalOf('createconversationmessage', message)).toMatchObject(initializing);
    const bob = { ...inside, body: { Identity: 'bob' } };
    expect(await refusalOf('createconversationparticipant', bob)).toMatchObject(initializing);
    await world.clock.advance('PT5S');
    expect(await ok(world, 'fetchconversation', at)).toMatchObject({ state: 'initializing' });
    await world.clock.advance('PT1S');
    expect(await ok(world, 'fetchconversation', at)).toMatchObject({ state: 'active' });
    expect(await ok(world, 'createconversationmessage', message)).toMatchObject({ index: 0 });
    const invalid = world.control('conversations.set-initialization-time', { after: 'soon' });
    await expect(invalid).rejects.toThrow('must be an ISO 8601 duration');
  });

  it('reaches the state that was asked for', async () => {
    const { call, callOk, refusal } = await createTestSimulator();
    const { body } = await call(create, { body: { State: 'inactive', Participant: ada } });
    expect(await callOk('fetchconversation', { Sid: sidOf(body ?? {}) })).toMatchObject({ state: 'inactive' });
    expect(await refusal(create, { body: { State: 'closed', Participant: ada } })).toEqual([400, 50384]);
    expect(await refusal(create, { body: { State: 'initializing', Participant: ada } })).toEqual([400, 50378]);
  });

  it('belongs to the service of the path, with the same rules', async () => {
    const { call, callOk } = await createTestSimulator();
    const ChatServiceSid = sidOf(await callOk('createservice', { body: { FriendlyName: 'Desk' } }));
    const { status, body } = await call('createserviceconversationwithparticipants', {
      ChatServiceSid,
      body: { Participant: ada },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ chat_service_sid: ChatServiceSid });
    expect(body?.['url']).toBe(`${ORIGIN}/v1/Services/${ChatServiceSid}/Conversations/${sidOf(body ?? {})}`);
    expect(itemsOf(await callOk('listserviceuser', { ChatServiceSid }))).toMatchObject([{ identity: 'ada' }]);
  });
});
