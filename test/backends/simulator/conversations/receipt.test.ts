import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/body.js';
import { ACCOUNT, itemsOf, ORIGIN, sidOf, sidsOf, START, textOf } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const fetch = 'fetchserviceconversationmessagereceipt';
const list = 'listserviceconversationmessagereceipt';
const mary = '+15557770101';

describe('the receipts of a message', () => {
  it("exist for each recipient with an address, with all fields in Twilio's order", async () => {
    const { call, callOk, conversation } = await createWorld();
    const { sid, inside, chat, sms, message } = await conversation();
    await chat('alice');
    const participant = await sms(mary);
    const MessageSid = sidOf(await message({ Author: 'alice', Body: 'hello' }));
    const receipts = await callOk(list, { ...inside, MessageSid });
    expect(Object.keys(receipts)).toEqual(['meta', 'delivery_receipts']);
    const [receipt = {}] = itemsOf(receipts);
    expect(receipt['channel_message_sid']).toMatch(/^SM[0-9a-f]{32}$/);
    expect((await call(fetch, { ...inside, MessageSid, Sid: sidOf(receipt) })).text).toBe(
      JSON.stringify({
        sid: sidOf(receipt),
        account_sid: ACCOUNT,
        chat_service_sid: inside.ChatServiceSid,
        conversation_sid: sid,
        message_sid: MessageSid,
        channel_message_sid: receipt['channel_message_sid'],
        status: 'sent',
        error_code: 0,
        participant_sid: sidOf(participant),
        date_created: START,
        date_updated: START,
        url:
          `${ORIGIN}/v1/Services/${inside.ChatServiceSid}/Conversations/${sid}` +
          `/Messages/${MessageSid}/Receipts/${sidOf(receipt)}`,
      }),
    );
    expect(sidOf(receipt)).toMatch(/^DY[0-9a-f]{32}$/);
  });

  it('do not exist for the author, for chat users, and for later participants', async () => {
    const { callOk, conversation } = await createWorld();
    const { inside, chat, sms, message } = await conversation();
    await chat('alice');
    const receiversOf = async (target: JsonObject) =>
      sidsOf(await callOk(list, { ...inside, MessageSid: sidOf(target) }), 'participant_sid');
    const before = await message();
    expect(before['delivery']).toBeNull();
    const first = sidOf(await sms(mary));
    const second = sidOf(await sms('+15557770102'));
    expect(await receiversOf(before)).toEqual([]);
    expect(await receiversOf(await message())).toEqual([first, second]);
    expect(await receiversOf(await message({ Author: mary, Body: 'x' }))).toEqual([second]);
    expect(await receiversOf(await message({ Author: 'alice', Body: 'x' }))).toEqual([first, second]);
  });

  it('are summarized in the message', async () => {
    const { conversation } = await createWorld();
    const { sms, message } = await conversation();
    await sms(mary);
    await sms('+15557770102');
    expect(JSON.stringify((await message())['delivery'])).toBe(
      '{"total":2,"sent":"all","delivered":"none","read":"none","failed":"none","undelivered":"none"}',
    );
    expect((await message({ Author: mary, Body: 'x' }))['delivery']).toMatchObject({ total: 1, sent: 'all' });
  });

  it('remain when the recipient leaves', async () => {
    const { call, callOk, conversation } = await createWorld();
    const { inside, sms, message } = await conversation();
    const Sid = sidOf(await sms(mary));
    const MessageSid = sidOf(await message());
    await call('deleteserviceconversationparticipant', { ...inside, Sid });
    expect(sidsOf(await callOk(list, { ...inside, MessageSid }), 'participant_sid')).toEqual([Sid]);
  });

  it('of a message with media have the SID of an MMS', async () => {
    const { callOk } = await createWorld({ seed: 'support-desk' });
    const inside = {
      ChatServiceSid: 'IS5e0000000000000000000000000000d1',
      ConversationSid: 'CH5e0000000000000000000000000000e1',
    };
    const body = { Author: 'ada', MediaSid: 'ME5e0000000000000000000000000000f2' };
    const MessageSid = sidOf(await callOk('createserviceconversationmessage', { ...inside, body }));
    const [channel] = sidsOf(await callOk(list, { ...inside, MessageSid }), 'channel_message_sid');
    expect(channel).toMatch(/^MM/);
  });

  it('are counted by status, where a read message also counts as delivered and sent', async () => {
    const { callOk, inService } = await createWorld({ seed: 'support-desk' });
    expect(inService.ChatServiceSid).not.toBe('IS5e0000000000000000000000000000d1');
    const desk = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
    const deliveries: Record<string, unknown> = {};
    for (const conversation of sidsOf(await callOk('listserviceconversation', desk))) {
      const inside = { ...desk, ConversationSid: conversation };
      for (const each of itemsOf(await callOk('listserviceconversationmessage', inside))) {
        deliveries[textOf(each['body'] ?? '(media)')] = each['delivery'];
      }
    }
    const none = { total: 1, sent: 'none', delivered: 'none', read: 'none', failed: 'none', undelivered: 'none' };
    expect(deliveries).toMatchObject({
      'Hello, my lamp arrived broken.': null,
      'I am sorry to hear that. Shall I send a new one?': { ...none, sent: 'all', delivered: 'all' },
      'It leaves the house today.': { ...none, sent: 'all', undelivered: 'all' },
      'It is in your town and comes before noon.': { ...none, sent: 'all', delivered: 'all', read: 'all' },
      'The driver has just left the depot.': { ...none, sent: 'all' },
      'We do, in about five days.': null,
      'The refund is on its way.': { ...none, failed: 'all' },
    });
  });

  it('have the error code of a failure', async () => {
    const { callOk } = await createWorld({ seed: 'support-desk' });
    const inside = {
      ChatServiceSid: 'IS5e0000000000000000000000000000d1',
      ConversationSid: 'order-1042',
    };
    const messages = await callOk('listserviceconversationmessage', { ...inside, Order: 'desc', PageSize: 1 });
    const [MessageSid] = sidsOf(messages);
    expect(itemsOf(await callOk(list, { ...inside, MessageSid }))).toMatchObject([
      { status: 'undelivered', error_code: 30005 },
    ]);
  });
});

describe('a receipt', () => {
  it('is found only in its own message', async () => {
    const { call, refusal, callOk, follow, conversation } = await createWorld();
    const { sid, inside, sms, message } = await conversation();
    await sms(mary);
    const MessageSid = sidOf(await message());
    const other = sidOf(await message());
    const [receipt = {}] = itemsOf(await callOk(list, { ...inside, MessageSid }));
    expect(await follow(receipt['url'])).toEqual(receipt);
    expect(await refusal(fetch, { ...inside, MessageSid: other, Sid: sidOf(receipt) })).toEqual([404, 20404]);
    const gone = `IM${'0'.repeat(32)}`;
    expect(await refusal(list, { ...inside, MessageSid: gone })).toEqual([404, 20404]);
    const { body } = await call(fetch, { ...inside, MessageSid, Sid: 'DY1' });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Messages/${MessageSid}/Receipts/DY1 was not found`,
    );
  });
});

describe('the list of receipts', () => {
  itPagesLikeTwilio({
    operation: list,
    key: 'delivery_receipts',
    defaultSize: 50,
    maximum: 50,
    maxRecords: 50,
    async fill(count) {
      const simulator = await createWorld();
      const { inside, sms, message, sid } = await simulator.conversation();
      await times(count, (i) => sms(`+1555${String(i).padStart(7, '0')}`));
      const MessageSid = sidOf(await message());
      const sids = sidsOf(await simulator.callOk(list, { ...inside, MessageSid }));
      const path = `/v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Messages/${MessageSid}/Receipts`;
      return { simulator, input: { ...inside, MessageSid }, path, sids };
    },
  });
});
