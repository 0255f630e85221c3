import { describe, expect, it } from 'vitest';
import { ORIGIN, sidOf } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

describe('the configuration of a new service', () => {
  it('names three of the default roles and has reachability off, in the order of Twilio', async () => {
    const { ask, role, inService } = await createWorld();
    const url = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}/Configuration`;
    expect((await ask('fetchserviceconfiguration', inService)).text).toBe(
      JSON.stringify({
        chat_service_sid: inService.ChatServiceSid,
        default_conversation_creator_role_sid: await role('channel admin'),
        default_conversation_role_sid: await role('channel user'),
        default_chat_service_role_sid: await role('service user'),
        reachability_enabled: false,
        url,
        links: { notifications: `${url}/Notifications`, webhooks: `${url}/Webhooks` },
      }),
    );
  });

  it('leads to its parts', async () => {
    const { get, follow, inService } = await createWorld();
    const configuration = await get('fetchserviceconfiguration', inService);
    const { notifications, webhooks } = configuration['links'] as Record<string, string>;
    expect(await follow(configuration['url'])).toEqual(configuration);
    expect((await follow(notifications))['url']).toBe(notifications);
    expect((await follow(webhooks))['url']).toBe(webhooks);
  });
});

describe('an update of the configuration', () => {
  it('changes what is sent and leaves the rest', async () => {
    const { get, inService } = await createWorld();
    const before = await get('fetchserviceconfiguration', inService);
    const after = await get('updateserviceconfiguration', { ...inService, body: { ReachabilityEnabled: true } });
    expect(after).toEqual({ ...before, reachability_enabled: true });
    expect(await get('fetchserviceconfiguration', inService)).toEqual(after);
  });

  it.each(['true', 'True', 'TRUE', true])('takes %s as a boolean', async (value) => {
    const { get, inService } = await createWorld();
    const input = { ...inService, body: { ReachabilityEnabled: value } };
    expect(await get('updateserviceconfiguration', input)).toMatchObject({ reachability_enabled: true });
  });

  it('gives later users and participants the new roles, and those of before their old ones', async () => {
    const world = await createWorld();
    const { get, inService } = world;
    const make = async (Type: string) =>
      sidOf(
        await get('createservicerole', {
          ...inService,
          body: { FriendlyName: Type, Type, Permission: 'addParticipant' },
        }),
      );
    const [service, inConversation] = [await make('service'), await make('conversation')];
    const early = await world.user('early');
    const body = { DefaultChatServiceRoleSid: service, DefaultConversationRoleSid: inConversation };
    expect(await get('updateserviceconfiguration', { ...inService, body })).toMatchObject({
      default_chat_service_role_sid: service,
      default_conversation_role_sid: inConversation,
    });

    expect(await world.user('late')).toMatchObject({ role_sid: service });
    expect(await get('fetchserviceuser', { ...inService, Sid: 'early' })).toEqual(early);
    const conversation = await world.conversation();
    expect(await conversation.chat('late')).toMatchObject({ role_sid: inConversation });
    expect(await conversation.chat('unheard-of')).toMatchObject({ role_sid: inConversation });
    expect(await get('fetchserviceuser', { ...inService, Sid: 'unheard-of' })).toMatchObject({ role_sid: service });
  });

  it('refuses roles that are missing, of the wrong type or of another service', async () => {
    const world = await createWorld();
    const { get, refusal, inService } = world;
    const other = sidOf(await get('createservice', { body: { FriendlyName: 'Other' } }));
    const { roles } = await get('listservicerole', { ChatServiceSid: other });
    const foreign = (name: string) =>
      (roles as { friendly_name: string; sid: string }[]).find((each) => each.friendly_name === name)?.sid;
    const missing = `RL${'0'.repeat(32)}`;
    const cases: [string, number, (string | undefined)[]][] = [
      [
        'DefaultConversationCreatorRoleSid',
        50106,
        [missing, 'RL1', '', await world.role('service user'), foreign('channel admin')],
      ],
      [
        'DefaultConversationRoleSid',
        50109,
        [missing, 'RL1', '', await world.role('service user'), foreign('channel user')],
      ],
      [
        'DefaultChatServiceRoleSid',
        50102,
        [missing, 'RL1', '', await world.role('channel user'), foreign('service user')],
      ],
    ];
    const before = await get('fetchserviceconfiguration', inService);
    for (const [field, code, sids] of cases) {
      for (const sid of sids) {
        expect(await refusal('updateserviceconfiguration', { ...inService, body: { [field]: sid } })).toEqual([
          400,
          code,
        ]);
      }
    }
    expect(await get('fetchserviceconfiguration', inService)).toEqual(before);
  });

  it('refuses a boolean that is none, an update of nothing, and a service that is not there', async () => {
    const { refusal, inService } = await createWorld();
    const update = 'updateserviceconfiguration';
    expect(await refusal(update, { ...inService, body: { ReachabilityEnabled: 'yes' } })).toEqual([400, 20001]);
    expect(await refusal(update, { ...inService, body: {} })).toEqual([400, 20161]);
    expect(await refusal(update, { ...inService, body: { Colour: 'red' } }, { loosely: true })).toEqual([400, 20161]);
    const nowhere = { ChatServiceSid: `IS${'0'.repeat(32)}` };
    expect(await refusal(update, { ...nowhere, body: { ReachabilityEnabled: true } })).toEqual([404, 20404]);
    expect(await refusal('fetchserviceconfiguration', nowhere)).toEqual([404, 20404]);
  });
});
