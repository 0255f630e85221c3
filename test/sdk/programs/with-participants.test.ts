/** A clinic that opens every conversation with its participants in one request. */
import type { Twilio } from 'twilio';
import { expect, test } from 'vitest';
import { startWebhookTarget } from '../../helpers/webhook-target.js';
import { isRefused, openWorld } from './open-world.js';

const CLINIC = '+15559990000';
const PATIENT = '+15551110001';

interface Appointment {
  readonly id: string;
  readonly doctor: string;
  readonly phone: string;
}

/** Opens the conversation of an appointment, or finds the one that exists. It accepts messages when this resolves. */
async function openAppointment({ conversations: { v1 } }: Twilio, { id, doctor, phone }: Appointment): Promise<string> {
  const uniqueName = `appointment-${id}`;
  try {
    const created = await v1.conversationWithParticipants.create({
      uniqueName,
      friendlyName: `Appointment ${id}`,
      attributes: JSON.stringify({ id }),
      'timers.closed': 'P7D',
      participant: [
        JSON.stringify({ identity: doctor, attributes: JSON.stringify({ role: 'doctor' }) }),
        JSON.stringify({ messaging_binding: { address: phone, proxy_address: CLINIC } }),
      ],
      xTwilioWebhookEnabled: 'true',
    });
    await untilActive(v1.conversations(created.sid));
    return created.sid;
  } catch (error) {
    if (!isRefused(error, 50353)) throw error;
    return (await v1.conversations(uniqueName).fetch()).sid;
  }
}

async function untilActive(conversation: ReturnType<Twilio['conversations']['v1']['conversations']>): Promise<void> {
  const { state } = await conversation.fetch();
  if (state === 'closed') throw new Error('Twilio could not add the participants');
  if (state === 'initializing') await untilActive(conversation);
}

test('an appointment is opened once, with everybody in it', async () => {
  const { world, client } = await openWorld();
  const { v1 } = client.conversations;
  const target = await startWebhookTarget(world.authToken);
  await v1.configuration.webhooks().update({
    postWebhookUrl: target.origin,
    method: 'POST',
    filters: ['onConversationAdded', 'onUserAdded', 'onParticipantAdded', 'onConversationStateUpdated'],
  });
  const appointment = { id: '7', doctor: 'dr-who', phone: PATIENT };
  const sid = await openAppointment(client, appointment);
  expect(await openAppointment(client, appointment)).toBe(sid);
  await world.webhooks.idle();
  expect(target.received.every(({ isSigned }) => isSigned)).toBe(true);
  // The new user belongs to no conversation, so its event is not in their order.
  const events = target.events();
  expect(events).toContain('onUserAdded');
  expect(events.filter((event) => event !== 'onUserAdded')).toEqual([
    'onConversationAdded',
    'onParticipantAdded',
    'onParticipantAdded',
    'onConversationStateUpdated',
  ]);
  expect(target.received.at(-1)?.parameters).toMatchObject({
    StateFrom: 'initializing',
    StateTo: 'active',
    Reason: 'EVENT',
  });

  const conversation = v1.conversations(sid);
  expect(await conversation.fetch()).toMatchObject({
    uniqueName: 'appointment-7',
    state: 'active',
    timers: { date_closed: '2026-01-08T00:00:00Z' },
  });
  const people = await conversation.participants.list();
  expect(people.find(({ identity }) => identity === 'dr-who')?.attributes).toBe('{"role":"doctor"}');
  expect(people.find(({ identity }) => identity === null)?.messagingBinding).toEqual({
    type: 'sms',
    address: PATIENT,
    proxy_address: CLINIC,
  });
  await conversation.messages.create({ author: 'dr-who', body: 'See you at nine' });
  await world.inbound({ from: PATIENT, to: CLINIC, body: 'Thank you' });
  expect((await conversation.messages.list()).map(({ author }) => author)).toEqual(['dr-who', PATIENT]);
});

test('nothing is left of an appointment that is refused', async () => {
  const { client } = await openWorld();
  const { v1 } = client.conversations;
  await openAppointment(client, { id: '1', doctor: 'dr-who', phone: PATIENT });
  const taken = openAppointment(client, { id: '2', doctor: 'dr-who', phone: PATIENT });
  await expect(taken).rejects.toMatchObject({ status: 409, code: 50425 });
  const invalid = openAppointment(client, { id: '2', doctor: 'dr-no', phone: '555' });
  await expect(invalid).rejects.toMatchObject({ status: 400, code: 50407 });
  expect(await v1.conversations.list()).toHaveLength(1);
  await expect(v1.users('dr-no').fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  // The name is free, and the phone as soon as the first appointment is over.
  await v1.conversations('appointment-1').update({ state: 'closed' });
  const sid = await openAppointment(client, { id: '2', doctor: 'dr-who', phone: PATIENT });
  expect(await v1.conversations('appointment-2').fetch()).toMatchObject({ sid });
});

test('each department has its own service, and a family is a group', async () => {
  const { client } = await openWorld();
  const { v1 } = client.conversations;
  const department = v1.services((await v1.services.create({ friendlyName: 'Dentists' })).sid);
  const family = ['+15551110001', '+15551110002'].map((address) => JSON.stringify({ messaging_binding: { address } }));
  const clinic = JSON.stringify({ identity: 'desk', messaging_binding: { projected_address: CLINIC } });
  const { sid, chatServiceSid } = await department.conversationWithParticipants.create({
    participant: [...family, clinic],
  });
  expect(await department.conversations(sid).fetch()).toMatchObject({ state: 'active', chatServiceSid });
  expect(await department.conversations(sid).participants.list()).toHaveLength(3);
  expect(await department.users('desk').fetch()).toMatchObject({ identity: 'desk' });
  await expect(v1.conversations(sid).fetch()).rejects.toMatchObject({ code: 20404 });
  // The same group cannot exist twice, whatever the service.
  const again = v1.conversationWithParticipants.create({ participant: [clinic, ...family] });
  await expect(again).rejects.toMatchObject({ status: 409, code: 50438, message: expect.stringContaining(sid) });
});
