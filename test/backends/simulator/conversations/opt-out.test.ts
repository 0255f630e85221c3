import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/body.js';
import { callOk, sidOf } from '../../../helpers/sim.js';
import { CUSTOMER, DESK, hello, setUpInbound as setUp } from './inbound-world.js';

describe('STOP', () => {
  test('fails the receipts of a group’s member with 21610, until START', async () => {
    const { world, configure } = await setUp();
    await configure();
    const other = '+15550002222';
    const message = await world.inbound({ ...hello, members: [other] });
    await world.inbound({ from: other, to: DESK, members: [CUSTOMER], body: 'Stop ' });
    const inside = {
      ChatServiceSid: message['chat_service_sid'],
      ConversationSid: message['conversation_sid'],
    };
    const send = async () => {
      const body = { Author: DESK, Body: 'News' };
      const MessageSid = sidOf(await callOk(world, 'createserviceconversationmessage', { ...inside, body }));
      await world.clock.advance('PT10S');
      const list = await callOk(world, 'listserviceconversationmessagereceipt', { ...inside, MessageSid });
      const receipts = list['delivery_receipts'] as JsonObject[];
      return receipts.map((each) => [each['status'], each['error_code']]);
    };
    const receipts = await send();
    expect(receipts).toHaveLength(2);
    expect(receipts).toEqual(
      expect.arrayContaining([
        ['delivered', 0],
        ['failed', 21610],
      ]),
    );
    await world.inbound({ from: other, to: DESK, members: [CUSTOMER], body: 'START' });
    expect(await send()).toEqual([
      ['delivered', 0],
      ['delivered', 0],
    ]);
  });

  test('holds for the number that it was sent to, and no other', async () => {
    const { world, configure } = await setUp();
    await configure();
    await configure({ Address: '+15559990001' });
    await world.inbound({ ...hello, body: 'STOP' });
    const statusFrom = async (to: string) => {
      const { chat_service_sid: ChatServiceSid, conversation_sid: ConversationSid } = await world.inbound({
        ...hello,
        to,
      });
      const inside = { ChatServiceSid, ConversationSid };
      const body = { Author: 'ada', Body: 'News' };
      const MessageSid = sidOf(await callOk(world, 'createserviceconversationmessage', { ...inside, body }));
      await world.clock.advance('PT10S');
      const list = await callOk(world, 'listserviceconversationmessagereceipt', { ...inside, MessageSid });
      return (list['delivery_receipts'] as JsonObject[]).map((each) => [each['status'], each['error_code']]);
    };
    expect(await statusFrom(DESK)).toEqual([['failed', 21610]]);
    expect(await statusFrom('+15559990001')).toEqual([['delivered', 0]]);
  });
});
