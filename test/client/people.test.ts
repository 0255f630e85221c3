import { describe, expect, it } from 'vitest';
import { connect, next, openConversation, openDesk, sdks, shutDown, type Participant } from './harness.js';

describe.each(Object.entries(sdks))('people in the client SDK %s', (_, load) => {
  it('are added by identity and by address, changed and removed', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const permissions = [
      'addParticipant',
      'addNonChatParticipant',
      'removeParticipant',
      'editAnyParticipantAttributes',
    ];
    const role = await desk.rest('createservicerole', {
      body: { FriendlyName: 'host', Type: 'conversation', Permission: permissions },
    });
    await desk.rest('createserviceconversationparticipant', { body: { Identity: 'alice', RoleSid: role['sid'] } });
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    const joined = next<Participant>(conversation, 'participantJoined', ({ identity }) => identity === 'bob');
    await conversation.add('bob', { team: 'blue' });
    const bob = await joined;
    expect(bob).toMatchObject({ type: 'chat', attributes: { team: 'blue' } });
    const phone = next<Participant>(conversation, 'participantJoined', ({ type }) => type === 'sms');
    await conversation.addNonChatParticipant('+15557654321', '+15551234567', { phone: true });
    expect(await phone).toMatchObject({ identity: null, attributes: { phone: true } });
    await bob.updateAttributes({ team: 'red' });
    await expect.poll(() => bob.attributes).toEqual({ team: 'red' });
    expect(await conversation.getParticipants()).toHaveLength(3);
    const left = next<Participant>(conversation, 'participantLeft');
    await bob.remove();
    expect((await left).identity).toBe('bob');
    expect(new Set((await conversation.getParticipants()).map(({ identity }) => identity))).toEqual(
      new Set(['alice', null]),
    );
  });

  it('show that they type, to everyone but themselves', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    await desk.join('bob');
    const [alice, bob] = await Promise.all([connect(sdk, desk, 'alice'), connect(sdk, desk, 'bob')]);
    const [seen, own] = await Promise.all([openConversation(alice, desk), openConversation(bob, desk)]);
    const started = next<Participant>(seen, 'typingStarted');
    let sawThemselves = false;
    own.on('typingStarted', () => (sawThemselves = true));
    await own.typing();
    const typist = await started;
    expect(typist.identity).toBe('bob');
    expect(typist.isTyping).toBe(true);
    const ended = next<Participant>(seen, 'typingEnded');
    await own.sendMessage('done');
    expect((await ended).identity).toBe('bob');
    expect(sawThemselves).toBe(false);
  });

  it('have names, attributes and a state of their connection', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.rest('updateserviceconfiguration', { body: { ReachabilityEnabled: true } });
    await desk.join('alice');
    await desk.join('bob');
    const alice = await connect(sdk, desk, 'alice');
    const bob = await alice.getUser('bob');
    const client = await connect(sdk, desk, 'bob');
    await expect.poll(() => bob.isOnline).toBe(true);
    await client.user.updateFriendlyName('Bob');
    await client.user.updateAttributes({ age: 42 });
    await expect.poll(() => bob.friendlyName).toBe('Bob');
    await expect.poll(() => bob.attributes).toEqual({ age: 42 });
    expect(await desk.rest('fetchserviceuser', { Sid: 'bob' })).toMatchObject({
      friendly_name: 'Bob',
      is_online: true,
    });
    await shutDown(client);
    await expect.poll(() => bob.isOnline).toBe(false);
    await expect(alice.getUser('nobody')).rejects.toMatchObject({ status: 404 });
    expect(new Set((await alice.getSubscribedUsers()).map(({ identity }) => identity))).toEqual(
      new Set(['alice', 'bob']),
    );
  });

  it('register for push notifications, which REST shows as bindings', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const client = await connect(sdk, desk, 'alice');
    await client.setPushRegistrationId('fcm', 'device-1');
    const list = async () => (await desk.rest('listservicebinding'))['bindings'];
    await expect.poll(list).toMatchObject([{ identity: 'alice', binding_type: 'fcm', endpoint: 'device-1' }]);
    await client.unsetPushRegistrationId('fcm');
    await expect.poll(list).toEqual([]);
  });
});
