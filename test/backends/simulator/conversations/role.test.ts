import { describe, expect, it } from 'vitest';
import { ACCOUNT, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const agent = { FriendlyName: 'agent', Type: 'conversation', Permission: ['sendMessage', 'leaveConversation'] };
const unknown = `RL${'0'.repeat(32)}`;

describe('a new role', () => {
  it('responds with all fields, with the permissions in the given order', async () => {
    const { call, inService } = await createWorld();
    const { status, body, text } = await call('createservicerole', { ...inService, body: agent });
    const sid = sidOf(body ?? {});
    expect(status).toBe(201);
    expect(sid).toMatch(/^RL[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        chat_service_sid: inService.ChatServiceSid,
        friendly_name: 'agent',
        type: 'conversation',
        permissions: ['sendMessage', 'leaveConversation'],
        date_created: START,
        date_updated: START,
        url: `${ORIGIN}/v1/Services/${inService.ChatServiceSid}/Roles/${sid}`,
      }),
    );
  });

  it.each<[string, object, number]>([
    ['without a name', { ...agent, FriendlyName: undefined }, 50000],
    ['with an empty name', { ...agent, FriendlyName: '' }, 50000],
    ['with a name of 257 characters', { ...agent, FriendlyName: 'x'.repeat(257) }, 50003],
    ['without a type', { ...agent, Type: undefined }, 50105],
    ['with an unknown type', { ...agent, Type: 'channel' }, 50105],
    ['without permissions', { ...agent, Permission: undefined }, 20001],
    ['with an empty permission', { ...agent, Permission: '' }, 20001],
    ['with an unknown permission', { ...agent, Permission: ['sendMessage', 'fly'] }, 50104],
    ['with a permission of the other type', { ...agent, Permission: ['createConversation'] }, 50104],
    ['with a conversation permission for a service', { ...agent, Type: 'service' }, 50104],
    ['with a name of an object property in JavaScript', { ...agent, Permission: ['toString'] }, 50104],
  ])('%s is refused', async (_description, body, code) => {
    const { callOk, refusal, inService } = await createWorld();
    expect(await refusal('createservicerole', { ...inService, body })).toEqual([400, code]);
    expect(sidsOf(await callOk('listservicerole', inService))).toHaveLength(4);
  });

  it('is refused with the name of the missing parameter', async () => {
    const { call, inService } = await createWorld();
    const { body } = await call('createservicerole', {
      ...inService,
      body: { FriendlyName: 'agent', Type: 'service' },
    });
    expect(body?.['message']).toBe('Missing required parameter Permission in the post body');
  });

  it('can have a name of 256 characters that is in use', async () => {
    const { callOk, inService } = await createWorld();
    const body = { ...agent, FriendlyName: 'x'.repeat(256) };
    const first = await callOk('createservicerole', { ...inService, body });
    expect(sidOf(await callOk('createservicerole', { ...inService, body }))).not.toBe(sidOf(first));
  });

  it('is refused if the service does not exist', async () => {
    const { refusal } = await createWorld();
    expect(await refusal('createservicerole', { ChatServiceSid: `IS${'0'.repeat(32)}`, body: agent })).toEqual([
      404, 20404,
    ]);
  });
});

describe('the default roles', () => {
  it('have permissions that Twilio would accept in an update', async () => {
    const { callOk, inService } = await createWorld();
    const { roles } = await callOk('listservicerole', inService);
    for (const { sid, permissions } of roles as { sid: string; permissions: string[] }[]) {
      const updated = await callOk('updateservicerole', { ...inService, Sid: sid, body: { Permission: permissions } });
      expect(updated).toMatchObject({ permissions });
    }
  });

  it('have the recorded permissions for a channel admin, and no addParticipant for a channel user', async () => {
    const { callOk, role, inService } = await createWorld();
    expect(await callOk('fetchservicerole', { ...inService, Sid: await role('channel admin') })).toMatchObject({
      permissions: [
        'deleteConversation',
        'removeParticipant',
        'editConversationName',
        'editConversationAttributes',
        'addParticipant',
        'sendMessage',
        'sendMediaMessage',
        'leaveConversation',
        'editAnyMessage',
        'editAnyMessageAttributes',
        'editAnyParticipantAttributes',
        'deleteAnyMessage',
        'editNotificationLevel',
      ],
    });
    const user = await callOk('fetchservicerole', { ...inService, Sid: await role('channel user') });
    expect(user['permissions']).not.toContain('addParticipant');
  });
});

describe('an existing role', () => {
  it('gets a new list of permissions and keeps its other fields', async () => {
    const { clock, callOk, follow, inService } = await createWorld();
    const role = await callOk('createservicerole', { ...inService, body: agent });
    clock.advance(5000);
    const input = { ...inService, Sid: sidOf(role), body: { Permission: ['editNotificationLevel'] } };
    const updated = await callOk('updateservicerole', input);
    expect(updated).toEqual({
      ...role,
      permissions: ['editNotificationLevel'],
      date_updated: '2026-01-01T00:00:05Z',
    });
    expect(await follow(role['url'])).toEqual(updated);
  });

  it('does not change when an update is refused', async () => {
    const { callOk, refusal, inService } = await createWorld();
    const role = await callOk('createservicerole', { ...inService, body: agent });
    const at = { ...inService, Sid: sidOf(role) };
    expect(await refusal('updateservicerole', at)).toEqual([400, 20161]);
    const name = { ...at, body: { FriendlyName: 'boss' } };
    expect(await refusal('updateservicerole', name, { allowUnknown: true })).toEqual([400, 20161]);
    expect(await refusal('updateservicerole', { ...at, body: { Permission: '' } })).toEqual([400, 20001]);
    expect(await refusal('updateservicerole', { ...at, body: { Permission: 'joinConversation' } })).toEqual([
      400, 50104,
    ]);
    expect(await callOk('fetchservicerole', at)).toEqual(role);
  });

  it('is deleted, and users with the role keep its SID', async () => {
    const world = await createWorld();
    const { call, callOk, refusal, inService } = world;
    const RoleSid = sidOf(
      await callOk('createservicerole', {
        ...inService,
        body: { FriendlyName: 'agent', Type: 'service', Permission: 'joinConversation' },
      }),
    );
    await world.user('ada', { RoleSid });
    const at = { ...inService, Sid: RoleSid };
    expect((await call('deleteservicerole', at)).status).toBe(204);
    for (const operation of ['fetchservicerole', 'deleteservicerole']) {
      expect(await refusal(operation, at)).toEqual([404, 20404]);
    }
    expect(await refusal('updateservicerole', { ...at, body: { Permission: 'sendMessage' } })).toEqual([404, 20404]);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'ada' })).toMatchObject({ role_sid: RoleSid });
  });

  it('is not found by its name or in another service', async () => {
    const { call, callOk, refusal, role, inService } = await createWorld();
    const other = sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } }));
    expect(await refusal('fetchservicerole', { ChatServiceSid: other, Sid: await role('channel user') })).toEqual([
      404, 20404,
    ]);
    expect(await refusal('fetchservicerole', { ...inService, Sid: 'channel user' })).toEqual([404, 20404]);
    const { body } = await call('fetchservicerole', { ...inService, Sid: unknown });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inService.ChatServiceSid}/Roles/${unknown} was not found`,
    );
  });
});

describe('the list of roles', () => {
  itPagesLikeTwilio({
    operation: 'listservicerole',
    key: 'roles',
    defaultSize: 50,
    maximum: 50,
    async fill(count) {
      const simulator = await createWorld();
      const { callOk, inService } = simulator;
      const sids = sidsOf(await callOk('listservicerole', inService));
      const more = await times(count - sids.length, async () =>
        sidOf(await callOk('createservicerole', { ...inService, body: agent })),
      );
      const path = `/v1/Services/${inService.ChatServiceSid}/Roles`;
      return { simulator, input: inService, path, sids: [...sids, ...more] };
    },
  });

  it('is refused if the service does not exist', async () => {
    const { refusal } = await createWorld();
    expect(await refusal('listservicerole', { ChatServiceSid: `IS${'0'.repeat(32)}` })).toEqual([404, 20404]);
  });
});
