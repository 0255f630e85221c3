import { describe, expect, it } from 'vitest';
import { ORIGIN, sidOf } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

describe('the configuration of a new service', () => {
  it("has three default roles and reachability off, in Twilio's order", async () => {
    const { call, role, inService } = await createWorld();
    const url = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}/Configuration`;
    expect((await call('fetchserviceconfiguration', inService)).text).toBe(
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

  it('has links to its resources', async () => {
    const { callOk, follow, inService } = await createWorld();
    const configuration = await callOk('fetchserviceconfiguration', inService);
    const { notifications, webhooks } = configuration['links'] as Record<string, string>;
    expect(await follow(configuration['url'])).toEqual(configuration);
    expect((await follow(notifications))['url']).toBe(notifications);
    expect((await follow(webhooks))['url']).toBe(webhooks);
  });
});

describe('an update of the configuration', () => {
  it('changes only the given fields', async () => {
    const { callOk, inService } = await createWorld();
    const before = await callOk('fetchserviceconfiguration', inService);
    const after = await callOk('updateserviceconfiguration', { ...inService, body: { ReachabilityEnabled: true } });
    expect(after).toEqual({ ...before, reachability_enabled: true });
    expect(await callOk('fetchserviceconfiguration', inService)).toEqual(after);
  });

  it.each(['true', 'True', 'TRUE', true])('accepts %s as a boolean', async (value) => {
    const { callOk, inService } = await createWorld();
    const input = { ...inService, body: { ReachabilityEnabled: value } };
    expect(await callOk('updateserviceconfiguration', input)).toMatchObject({ reachability_enabled: true });
  });

  it('gives the new roles only to later users and participants', async () => {
    const world = await createWorld();
    const { callOk, inService } = world;
    const createRole = async (Type: string) =>
      sidOf(
        await callOk('createservicerole', {
          ...inService,
          body: { FriendlyName: Type, Type, Permission: 'addParticipant' },
        }),
      );
    const [service, inConversation] = [await createRole('service'), await createRole('conversation')];
    const early = await world.user('early');
    const body = { DefaultChatServiceRoleSid: service, DefaultConversationRoleSid: inConversation };
    expect(await callOk('updateserviceconfiguration', { ...inService, body })).toMatchObject({
      default_chat_service_role_sid: service,
      default_conversation_role_sid: inConversation,
    });

    expect(await world.user('late')).toMatchObject({ role_sid: service });
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'early' })).toEqual(early);
    const conversation = await world.conversation();
    expect(await conversation.chat('late')).toMatchObject({ role_sid: inConversation });
    expect(await conversation.chat('unknown')).toMatchObject({ role_sid: inConversation });
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'unknown' })).toMatchObject({ role_sid: service });
  });

  it('refuses roles that are missing, of the wrong type or of another service', async () => {
    const world = await createWorld();
    const { callOk, refusal, inService } = world;
    const other = sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } }));
    const { roles } = await callOk('listservicerole', { ChatServiceSid: other });
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
    const before = await callOk('fetchserviceconfiguration', inService);
    for (const [field, code, sids] of cases) {
      for (const sid of sids) {
        expect(await refusal('updateserviceconfiguration', { ...inService, body: { [field]: sid } })).toEqual([
          400,
          code,
        ]);
      }
    }
    expect(await callOk('fetchserviceconfiguration', inService)).toEqual(before);
  });

  it('is refused if it is invalid or empty, or if the service does not exist', async () => {
    const { refusal, inService } = await createWorld();
    const update = 'updateserviceconfiguration';
    expect(await refusal(update, { ...inService, body: { ReachabilityEnabled: 'yes' } })).toEqual([400, 20001]);
    expect(await refusal(update, { ...inService, body: {} })).toEqual([400, 20161]);
    expect(await refusal(update, { ...inService, body: { Colour: 'red' } }, { allowUnknown: true })).toEqual([
      400, 20161,
    ]);
    const nowhere = { ChatServiceSid: `IS${'0'.repeat(32)}` };
    expect(await refusal(update, { ...nowhere, body: { ReachabilityEnabled: true } })).toEqual([404, 20404]);
    expect(await refusal('fetchserviceconfiguration', nowhere)).toEqual([404, 20404]);
  });
});
