import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, createTestSimulator, ORIGIN, sidOf, START, textOf } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

describe('a new service', () => {
  it("responds with all fields, in Twilio's order", async () => {
    const { call } = await createTestSimulator();
    const { status, body, text } = await call('createservice', { body: { FriendlyName: 'Support' } });
    const sid = sidOf(body ?? {});
    const url = `${ORIGIN}/v1/Services/${sid}`;
    expect(status).toBe(201);
    expect(sid).toMatch(/^IS[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        friendly_name: 'Support',
        date_created: START,
        date_updated: START,
        url,
        links: {
          conversations: `${url}/Conversations`,
          users: `${url}/Users`,
          roles: `${url}/Roles`,
          bindings: `${url}/Bindings`,
          configuration: `${url}/Configuration`,
          participant_conversations: `${url}/ParticipantConversations`,
          conversation_with_participants: `${url}/ConversationWithParticipants`,
        },
      }),
    );
  });

  it('has four roles, three of which are defaults in its configuration', async () => {
    const { callOk, inService } = await createWorld();
    const { roles } = await callOk('listservicerole', inService);
    expect(roles).toMatchObject([
      { friendly_name: 'service admin', type: 'service' },
      { friendly_name: 'service user', type: 'service' },
      { friendly_name: 'channel admin', type: 'conversation' },
      { friendly_name: 'channel user', type: 'conversation' },
    ]);
    const [, serviceUser, channelAdmin, channelUser] = roles as { sid: string }[];
    expect(await callOk('fetchserviceconfiguration', inService)).toMatchObject({
      default_chat_service_role_sid: serviceUser?.sid,
      default_conversation_creator_role_sid: channelAdmin?.sid,
      default_conversation_role_sid: channelUser?.sid,
    });
  });

  it('requires a name of at most 256 characters, which need not be unique', async () => {
    const { call, refusal } = await createTestSimulator();
    expect(await refusal('createservice')).toEqual([400, 50000]);
    expect(await refusal('createservice', { body: { FriendlyName: '' } })).toEqual([400, 50000]);
    expect(await refusal('createservice', { body: { FriendlyName: 'x'.repeat(257) } })).toEqual([400, 50003]);
    const longest = { body: { FriendlyName: 'x'.repeat(256) } };
    expect((await call('createservice', longest)).status).toBe(201);
    expect((await call('createservice', longest)).status).toBe(201);
  });

  it('ignores unknown fields', async () => {
    const { callOk } = await createTestSimulator();
    const body = { FriendlyName: 'Support', Colour: 'red' };
    expect(await callOk('createservice', { body }, { allowUnknown: true })).toMatchObject({ friendly_name: 'Support' });
  });
});

describe('an existing service', () => {
  it('is fetched with the same fields as when it was created', async () => {
    const { call } = await createTestSimulator();
    const created = await call('createservice', { body: { FriendlyName: 'Support' } });
    const fetched = await call('fetchservice', { Sid: sidOf(created.body ?? {}) });
    expect(fetched).toEqual({ ...created, status: 200 });
  });

  it('is found by its URL, and its links lead to its resources', async () => {
    const { callOk, follow, inService } = await createWorld();
    const service = await callOk('fetchservice', { Sid: inService.ChatServiceSid });
    expect(await follow(service['url'])).toEqual(service);
    const links = service['links'] as Record<string, string>;
    for (const name of ['conversations', 'users', 'roles', 'bindings', 'configuration']) {
      expect([name, typeof (await follow(links[name]))]).toEqual([name, 'object']);
    }
  });

  it('is deleted with all its resources', async () => {
    const world = await createWorld();
    const { call, refusal, inService } = world;
    const conversation = await world.conversation({ UniqueName: 'order' });
    await conversation.chat('alice');
    await conversation.sms('+15557770101');
    const message = sidOf(await conversation.message());
    const sid = inService.ChatServiceSid;

    expect(await call('deleteservice', { Sid: sid })).toEqual({ status: 204, body: null, text: '' });
    const gone: [string, Input][] = [
      ['fetchservice', { Sid: sid }],
      ['deleteservice', { Sid: sid }],
      ['fetchserviceconfiguration', inService],
      ['fetchservicenotification', inService],
      ['fetchservicewebhookconfiguration', inService],
      ['listservicerole', inService],
      ['listserviceuser', inService],
      ['fetchserviceuser', { ...inService, Sid: 'alice' }],
      ['listserviceconversation', inService],
      ['fetchserviceconversation', conversation.at],
      ['fetchserviceconversation', { ...inService, Sid: 'order' }],
      ['listserviceconversationmessage', conversation.inside],
      ['fetchserviceconversationmessage', { ...conversation.inside, Sid: message }],
    ];
    for (const [operation, input] of gone) {
      expect([operation, ...(await refusal(operation, input))]).toEqual([operation, 404, 20404]);
    }
  });

  it('frees its address pairs when it is deleted', async () => {
    const world = await createWorld();
    await (await world.conversation()).sms('+15557770101');
    await world.call('deleteservice', { Sid: world.inService.ChatServiceSid });
    const inService = {
      ChatServiceSid: sidOf(await world.callOk('createservice', { body: { FriendlyName: 'Next' } })),
    };
    const next = sidOf(await world.callOk('createserviceconversation', { ...inService, body: {} }));
    const body = { MessagingBinding: { Address: '+15557770101', ProxyAddress: '+15558880001' } };
    const added = await world.call('createserviceconversationparticipant', {
      ...inService,
      ConversationSid: next,
      body,
    });
    expect(added.status).toBe(201);
  });

  it('gives a 404 that names the path if it does not exist', async () => {
    const { call } = await createTestSimulator();
    const unknown = `IS${'0'.repeat(32)}`;
    const { status, text } = await call('fetchservice', { Sid: unknown });
    expect(status).toBe(404);
    expect(text).toBe(
      JSON.stringify({
        code: 20404,
        message: `The requested resource /v1/Services/${unknown} was not found`,
        more_info: 'https://www.twilio.com/docs/errors/20404',
        status: 404,
      }),
    );
    for (const malformed of ['IS1', 'default', 'Support', '__proto__', 'a b/ü?']) {
      const { body } = await call('fetchservice', { Sid: malformed });
      expect(body?.['message']).toBe(
        `The requested resource /v1/Services/${encodeURIComponent(malformed)} was not found`,
      );
    }
  });
});

describe('the list of services', () => {
  itPagesLikeTwilio({
    operation: 'listservice',
    key: 'services',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    async fill(count) {
      const simulator = await createTestSimulator({ defaultService: false });
      const sids = await times(count, async (i) =>
        sidOf(await simulator.callOk('createservice', { body: { FriendlyName: `Service ${i}` } })),
      );
      return { simulator, input: {}, path: '/v1/Services', sids };
    },
  });

  it('is empty in a new account without a default service', async () => {
    const { callOk } = await createTestSimulator({ defaultService: false });
    const list = await callOk('listservice');
    expect(list).toMatchObject({ services: [], meta: { next_page_url: null, previous_page_url: null } });
    expect(textOf((list['meta'] as { key: string }).key)).toBe('services');
  });
});
