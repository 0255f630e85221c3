import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, itemsOf, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const fetch = 'fetchserviceuserconversation';
const update = 'updateserviceuserconversation';
const remove = 'deleteserviceuserconversation';
const list = 'listserviceuserconversation';

async function alice(fields: Input = {}) {
  const world = await createWorld();
  const conversation = await world.conversation(fields);
  const participant = await conversation.chat('alice');
  const own = { ...world.inService, UserSid: 'alice', ConversationSid: conversation.sid };
  return { ...world, ...conversation, participant, own };
}

describe("a user's conversation", () => {
  it("shows the conversation for this user, in Twilio's order", async () => {
    const { call, clock, callOk, inService, sid, participant, own, message } = await alice({
      UniqueName: 'order',
      FriendlyName: 'Order',
      Attributes: '[1]',
      'Timers.Closed': 'P1D',
    });
    const user = sidOf(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' }));
    const service = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}`;
    clock.advance(1000);
    await message();
    expect((await call(fetch, own)).text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        chat_service_sid: inService.ChatServiceSid,
        conversation_sid: sid,
        unread_messages_count: null,
        last_read_message_index: null,
        participant_sid: sidOf(participant),
        user_sid: user,
        friendly_name: 'Order',
        conversation_state: 'active',
        timers: { date_closed: '2026-01-02T00:00:01Z' },
        attributes: '[1]',
        date_created: START,
        date_updated: START,
        created_by: 'system',
        notification_level: 'default',
        unique_name: 'order',
        url: `${service}/Users/${user}/Conversations/${sid}`,
        links: {
          participant: `${service}/Conversations/${sid}/Participants/${sidOf(participant)}`,
          conversation: `${service}/Conversations/${sid}`,
        },
      }),
    );
  });

  it('is found by identity, unique name, SIDs and URL, and has links', async () => {
    const { callOk, follow, inService, own, body, participant } = await alice({ UniqueName: 'ä/ö?' });
    const fetched = await callOk(fetch, own);
    const user = sidOf(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' }));
    expect(await callOk(fetch, { ...own, ConversationSid: 'ä/ö?' })).toEqual(fetched);
    expect(await callOk(fetch, { ...own, UserSid: user })).toEqual(fetched);
    expect(await follow(fetched['url'])).toEqual(fetched);
    const links = fetched['links'] as Record<string, string>;
    expect(await follow(links['participant'])).toEqual(participant);
    expect(await follow(links['conversation'])).toEqual(body);
  });

  it('does not exist without a participant, a user or a conversation', async () => {
    const { call, refusal, user, own, sid, inService } = await alice();
    const bob = sidOf(await user('bob'));
    const { body } = await call(fetch, { ...own, UserSid: bob });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inService.ChatServiceSid}/Users/${bob}/Conversations/${sid} was not found`,
    );
    for (const wrong of [{ UserSid: 'unknown' }, { ConversationSid: 'unknown' }, { UserSid: 'bob' }]) {
      for (const operation of [fetch, update, remove]) {
        const form = operation === update ? { body: { NotificationLevel: 'muted' } } : {};
        expect(await refusal(operation, { ...own, ...wrong, ...form })).toEqual([404, 20404]);
      }
    }
  });

  it('changes its notification level without changing the conversation', async () => {
    const { clock, callOk, own } = await alice();
    const before = await callOk(fetch, own);
    clock.advance(1000);
    expect(await callOk(update, { ...own, body: { NotificationLevel: 'muted' } })).toEqual({
      ...before,
      notification_level: 'muted',
    });
    expect(await callOk(fetch, own)).toMatchObject({ notification_level: 'muted' });
  });

  it('refuses an empty or invalid update', async () => {
    const { callOk, refusal, own } = await alice();
    const before = await callOk(fetch, own);
    const refused = (body: Input) => refusal(update, { ...own, body });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ NotificationLevel: 'loud' })).toEqual([400, 50210]);
    expect(await refused({ NotificationLevel: '' })).toEqual([400, 50210]);
    expect(await refused({ NotificationLevel: 'muted', LastReadMessageIndex: 'x' })).toEqual([400, 50421]);
    expect(await refused({ LastReadTimestamp: 'x' })).toEqual([400, 20001]);
    expect(await callOk(fetch, own)).toEqual(before);
  });

  it('is deleted with its participant, but not with the user and the conversation', async () => {
    const { call, callOk, refusal, own, inService, inside, at } = await alice();
    expect(await call(remove, own)).toEqual({ status: 204, body: null, text: '' });
    for (const operation of [fetch, remove]) expect(await refusal(operation, own)).toEqual([404, 20404]);
    expect(sidsOf(await callOk('listserviceconversationparticipant', inside))).toEqual([]);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' })).toMatchObject({ identity: 'alice' });
    expect(await callOk('fetchserviceconversation', at)).toMatchObject({ state: 'active' });
  });
});

describe('the unread count', () => {
  it('is null until the read horizon is set, then counts the messages after it', async () => {
    const { clock, call, callOk, own, inside, message } = await alice();
    const [, second, third] = await times(4, () => message());
    expect(await callOk(fetch, own)).toMatchObject({ unread_messages_count: null });
    clock.advance(3000);
    expect(await callOk(update, { ...own, body: { LastReadMessageIndex: 1 } })).toMatchObject({
      unread_messages_count: 2,
      last_read_message_index: 1,
    });
    expect(await callOk('fetchserviceconversationparticipant', { ...inside, Sid: 'alice' })).toMatchObject({
      last_read_message_index: 1,
      last_read_timestamp: '2026-01-01T00:00:03Z',
    });
    await message();
    expect(await callOk(fetch, own)).toMatchObject({ unread_messages_count: 3 });
    for (const each of [second, third]) {
      await call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(each ?? {}) });
    }
    expect(await callOk(fetch, own)).toMatchObject({ unread_messages_count: 2 });
    const horizon = { ...inside, Sid: 'alice', body: { LastReadMessageIndex: 4 } };
    await callOk('updateserviceconversationparticipant', horizon);
    expect(await callOk(fetch, own)).toMatchObject({ unread_messages_count: 0, last_read_message_index: 4 });
    expect(await callOk(update, { ...own, body: { LastReadMessageIndex: 'null' } })).toMatchObject({
      unread_messages_count: null,
      last_read_message_index: null,
    });
  });

  it('does not change when only a timestamp is sent', async () => {
    const { callOk, own, inside } = await alice();
    const LastReadTimestamp = '2025-12-31T00:00:00Z';
    expect(await callOk(update, { ...own, body: { LastReadTimestamp } })).toMatchObject({
      unread_messages_count: null,
    });
    expect(await callOk('fetchserviceconversationparticipant', { ...inside, Sid: 'alice' })).toMatchObject({
      last_read_message_index: null,
      last_read_timestamp: LastReadTimestamp,
    });
  });

  it('is at most 1,000', async () => {
    const { callOk, own, message } = await alice();
    await message();
    await callOk(update, { ...own, body: { LastReadMessageIndex: 0 } });
    await times(1001, () => message());
    expect(await callOk(fetch, own)).toMatchObject({ unread_messages_count: 1000 });
  });
});

describe("the list of a user's conversations", () => {
  itPagesLikeTwilio({
    operation: list,
    key: 'conversations',
    defaultSize: 50,
    maximum: 50,
    sid: 'conversation_sid',
    async fill(count) {
      const simulator = await createWorld();
      const UserSid = sidOf(await simulator.user('alice'));
      const sids = await times(count, async () => {
        const { sid, chat } = await simulator.conversation();
        await chat('alice');
        return sid;
      });
      const path = `/v1/Services/${simulator.inService.ChatServiceSid}/Users/${UserSid}/Conversations`;
      return { simulator, input: { ...simulator.inService, UserSid }, path, sids: sids.sort() };
    },
  });

  it('shows all conversations of the user, including closed ones, with the SID of the user in its URLs', async () => {
    const { callOk, conversation, inService, sid } = await alice();
    const closed = await conversation({ FriendlyName: 'done' });
    await closed.chat('alice');
    await closed.close();
    await (await conversation()).chat('bob');
    const page = await callOk(list, { ...inService, UserSid: 'alice' });
    expect(sidsOf(page, 'conversation_sid')).toEqual([sid, closed.sid].sort());
    expect(new Set(itemsOf(page).map((each) => each['conversation_state']))).toEqual(new Set(['active', 'closed']));
    const user = sidOf(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' }));
    expect(page).toMatchObject({ meta: { url: expect.stringContaining(`/Users/${user}/Conversations?`) } });
  });

  it('is empty for a user without conversations, and refused for an unknown user', async () => {
    const { callOk, refusal, user, inService } = await createWorld();
    await user('bob');
    expect(sidsOf(await callOk(list, { ...inService, UserSid: 'bob' }))).toEqual([]);
    expect(await refusal(list, { ...inService, UserSid: 'unknown' })).toEqual([404, 20404]);
  });
});
