import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { sidOf } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

const fetch = 'fetchserviceconversation';
const update = 'updateserviceconversation';

describe('the state of a conversation', () => {
  it('changes between active and inactive any number of times', async () => {
    const { callOk, conversation } = await createWorld();
    const { at } = await conversation();
    for (const State of ['inactive', 'active', 'inactive', 'inactive', 'active']) {
      expect(await callOk(update, { ...at, body: { State } })).toMatchObject({ state: State });
    }
  });

  it.each(['active', 'inactive'])(
    'changes from %s to closed, after which nothing in it can be written',
    async (State) => {
      const world = await createWorld();
      const { call, callOk, refusal, inService } = world;
      const { at, inside, sid, chat, message } = await world.conversation({ UniqueName: 'order' });
      const Sid = sidOf(await chat('alice'));
      const messageSid = sidOf(await message());
      const webhook = { Target: 'studio', 'Configuration.FlowSid': `FW${'0'.repeat(32)}` };
      const hook = sidOf(await callOk('createserviceconversationscopedwebhook', { ...inside, body: webhook }));
      await callOk(update, { ...at, body: { State } });
      const closed = await callOk(update, { ...at, body: { State: 'closed', FriendlyName: 'Done' } });
      expect(closed).toMatchObject({ state: 'closed', friendly_name: 'Done', timers: {} });

      const own = { ...inService, UserSid: 'alice', ConversationSid: sid };
      const writes: [string, Input][] = [
        [update, { ...at, body: { State: 'active' } }],
        [update, { ...at, body: { State: 'closed' } }],
        [update, { ...at, body: { FriendlyName: 'x' } }],
        ['createserviceconversationmessage', { ...inside, body: { Body: 'x' } }],
        ['updateserviceconversationmessage', { ...inside, Sid: messageSid, body: { Body: 'x' } }],
        ['deleteserviceconversationmessage', { ...inside, Sid: messageSid }],
        ['createserviceconversationparticipant', { ...inside, body: { Identity: 'bob' } }],
        ['updateserviceconversationparticipant', { ...inside, Sid, body: { Attributes: '[]' } }],
        ['deleteserviceconversationparticipant', { ...inside, Sid }],
        ['createserviceconversationscopedwebhook', { ...inside, body: webhook }],
        ['updateserviceconversationscopedwebhook', { ...inside, Sid: hook, body: { 'Configuration.FlowSid': '' } }],
        ['deleteserviceconversationscopedwebhook', { ...inside, Sid: hook }],
        ['updateserviceuserconversation', { ...own, body: { NotificationLevel: 'muted' } }],
        ['deleteserviceuserconversation', own],
      ];
      for (const [operation, input] of writes) {
        expect([operation, ...(await refusal(operation, input))]).toEqual([operation, 400, 50377]);
      }

      const reads: [string, Input][] = [
        [fetch, at],
        ['listserviceconversationmessage', inside],
        ['fetchserviceconversationmessage', { ...inside, Sid: messageSid }],
        ['fetchserviceconversationparticipant', { ...inside, Sid }],
        ['fetchserviceconversationscopedwebhook', { ...inside, Sid: hook }],
        ['fetchserviceuserconversation', own],
      ];
      for (const [operation, input] of reads) {
        expect([operation, (await call(operation, input)).status]).toEqual([operation, 200]);
      }
      expect(await callOk(fetch, at)).toEqual(closed);
    },
  );

  it('changes from inactive to active with a new message or participant', async () => {
    const { clock, callOk, conversation } = await createWorld();
    for (const trigger of ['message', 'chat'] as const) {
      const { at, chat, message } = await conversation({ State: 'inactive' });
      clock.advance(1000);
      await (trigger === 'message' ? message() : chat('alice'));
      expect(await callOk(fetch, at)).toMatchObject({ state: 'active' });
    }
  });
});

describe('the timers of a conversation', () => {
  const timers = { 'Timers.Inactive': 'PT1H', 'Timers.Closed': 'PT2H' };

  it('restart with each message, but not with an update', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { at, message } = await conversation(timers);
    clock.set('2026-01-01T00:30:00Z');
    await callOk(update, { ...at, body: { FriendlyName: 'x' } });
    expect((await callOk(fetch, at))['timers']).toEqual({
      date_inactive: '2026-01-01T01:00:00Z',
      date_closed: '2026-01-01T02:00:00Z',
    });
    await message();
    expect((await callOk(fetch, at))['timers']).toEqual({
      date_inactive: '2026-01-01T01:30:00Z',
      date_closed: '2026-01-01T02:30:00Z',
    });
  });

  it('restart with each state change, and an inactive conversation has no inactive timer', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { at } = await conversation(timers);
    clock.set('2026-01-01T00:30:00Z');
    expect((await callOk(update, { ...at, body: { State: 'inactive' } }))['timers']).toEqual({
      date_closed: '2026-01-01T02:30:00Z',
    });
    clock.set('2026-01-01T01:00:00Z');
    expect((await callOk(update, { ...at, body: { State: 'active' } }))['timers']).toEqual({
      date_inactive: '2026-01-01T02:00:00Z',
      date_closed: '2026-01-01T03:00:00Z',
    });
  });

  it('can be removed with PT0S, independently of each other', async () => {
    const { callOk, conversation } = await createWorld();
    const { at } = await conversation(timers);
    expect((await callOk(update, { ...at, body: { 'Timers.Inactive': 'PT0S' } }))['timers']).toEqual({
      date_closed: '2026-01-01T02:00:00Z',
    });
    expect((await callOk(update, { ...at, body: { State: 'inactive' } }))['timers']).toEqual({
      date_closed: '2026-01-01T02:00:00Z',
    });
    expect((await callOk(update, { ...at, body: { 'Timers.Closed': 'PT0S' } }))['timers']).toEqual({});
  });

  it('are not those of the account for a conversation that is created with PT0S', async () => {
    const { callOk, conversation } = await createWorld();
    await callOk('updateconfiguration', { body: { DefaultInactiveTimer: 'PT1H', DefaultClosedTimer: 'P1D' } });
    const { at } = await conversation({ 'Timers.Inactive': 'PT0S', 'Timers.Closed': 'PT0S' });
    expect((await callOk(fetch, at))['timers']).toEqual({});
  });

  it('can be set later, independently of each other', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { at } = await conversation({ 'Timers.Inactive': 'PT1H' });
    clock.set('2026-01-01T00:30:00Z');
    expect((await callOk(update, { ...at, body: { 'Timers.Closed': 'P1D' } }))['timers']).toEqual({
      date_inactive: '2026-01-01T01:30:00Z',
      date_closed: '2026-01-02T00:30:00Z',
    });
  });
});
