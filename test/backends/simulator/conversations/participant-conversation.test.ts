import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, itemsOf, metaOf, ORIGIN, sidOf, sidsOf, START, textOf } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, PROXY, times } from './world.js';

const list = 'listserviceparticipantconversation';
const mary = '+15557770101';

describe('the conversations of a participant', () => {
  it("are found by identity, with all fields in Twilio's order", async () => {
    const { callOk, conversation, inService } = await createWorld();
    const { sid, chat } = await conversation({ UniqueName: 'order', FriendlyName: 'Order', 'Timers.Inactive': 'PT1H' });
    const participant = sidOf(await chat('alice'));
    const user = sidOf(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' }));
    const service = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}`;
    const found = await callOk(list, { ...inService, Identity: 'alice' });
    expect(JSON.stringify(itemsOf(found))).toBe(
      JSON.stringify([
        {
          account_sid: ACCOUNT,
          chat_service_sid: inService.ChatServiceSid,
          conversation_sid: sid,
          participant_sid: participant,
          conversation_friendly_name: 'Order',
          conversation_state: 'active',
          conversation_timers: { date_inactive: '2026-01-01T01:00:00Z' },
          conversation_attributes: '{}',
          conversation_date_created: START,
          conversation_date_updated: START,
          conversation_created_by: 'system',
          conversation_unique_name: 'order',
          participant_user_sid: user,
          participant_identity: 'alice',
          participant_messaging_binding: null,
          links: {
            participant: `${service}/Conversations/${sid}/Participants/${participant}`,
            conversation: `${service}/Conversations/${sid}`,
          },
        },
      ]),
    );
  });

  it('are found by address, with six binding keys and no user', async () => {
    const { callOk, conversation, inService } = await createWorld();
    const { sms } = await conversation();
    await sms(mary);
    const [found] = itemsOf(await callOk(list, { ...inService, Address: mary }));
    expect(found).toMatchObject({ participant_user_sid: null, participant_identity: null });
    expect(JSON.stringify(found?.['participant_messaging_binding'])).toBe(
      JSON.stringify({
        address: mary,
        proxy_address: PROXY,
        type: 'sms',
        level: null,
        name: null,
        projected_address: null,
      }),
    );
  });

  it('are found only by the exact value, in every state, in one service', async () => {
    const { callOk, conversation, inService } = await createWorld();
    const [first, second] = await times(2, () => conversation());
    await first?.chat('alice');
    await second?.chat('alice');
    await second?.sms(`whatsapp:${mary}`, `whatsapp:${PROXY}`);
    await second?.close();
    const found = async (query: Input, path: Input = inService) =>
      sidsOf(await callOk(list, { ...path, ...query }), 'conversation_sid');
    expect(await found({ Identity: 'alice' })).toEqual([textOf(first?.sid), textOf(second?.sid)].sort());
    expect(await found({ Address: `whatsapp:${mary}` })).toEqual([second?.sid]);
    for (const query of [{ Identity: 'ali' }, { Identity: 'Alice' }, { Address: mary }, { Address: PROXY }]) {
      expect(await found(query)).toEqual([]);
    }
    const other = { ChatServiceSid: sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } })) };
    expect(await found({ Identity: 'alice' }, other)).toEqual([]);
  });

  it('are not found by a projected address', async () => {
    const { callOk, conversation, inService } = await createWorld();
    await (await conversation()).chat('alice', { 'MessagingBinding.ProjectedAddress': mary });
    expect(itemsOf(await callOk(list, { ...inService, Address: mary }))).toEqual([]);
    expect(itemsOf(await callOk(list, { ...inService, Identity: 'alice' }))).toMatchObject([
      { participant_messaging_binding: { address: null, projected_address: mary } },
    ]);
  });

  it('require exactly one of identity and address', async () => {
    const { call, refusal, inService } = await createWorld();
    const { body } = await call(list, { ...inService, Identity: 'alice', Address: mary });
    expect(body).toEqual({
      code: 50451,
      message: 'One user identifier parameter for lookup at a time is allowed. Please, use either Identity or Address.',
      more_info: 'https://www.twilio.com/docs/errors/50451',
      status: 400,
    });
    expect(await refusal(list, inService)).toEqual([400, 20001]);
    expect(await refusal(list, { ...inService, Identity: '' })).toEqual([400, 20001]);
    expect(await refusal(list, { ChatServiceSid: 'IS1', Identity: 'alice' })).toEqual([404, 20404]);
  });

  it('have links, and percent-encode the address in their URLs', async () => {
    const { callOk, follow, conversation, inService } = await createWorld();
    const { body, sms } = await conversation();
    const participant = await sms(mary);
    const page = await callOk(list, { ...inService, Address: mary });
    const links = itemsOf(page)[0]?.['links'] as Record<string, string>;
    expect(await follow(links['participant'])).toEqual(participant);
    expect(await follow(links['conversation'])).toEqual(body);
    expect(textOf(metaOf(page)['url'])).toMatch(/\?Address=%2B15557770101&PageSize=50&Page=0$/);
  });
});

describe('the list of a participant’s conversations', () => {
  itPagesLikeTwilio({
    operation: list,
    key: 'conversations',
    defaultSize: 50,
    maximum: 50,
    arrayFirst: true,
    sid: 'conversation_sid',
    async fill(count) {
      const simulator = await createWorld();
      const sids = await times(count, async () => {
        const { sid, chat } = await simulator.conversation();
        await chat('alice');
        return sid;
      });
      const path = `/v1/Services/${simulator.inService.ChatServiceSid}/ParticipantConversations`;
      return { simulator, input: { ...simulator.inService, Identity: 'alice' }, path, sids: sids.sort() };
    },
  });
});
