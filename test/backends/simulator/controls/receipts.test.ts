import { describe, expect, test } from 'vitest';
import type { ReceiptRule } from '../../../../src/index.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, createDesk, sidOf, startSim } from '../../../helpers/sim.js';

interface Receipt {
  readonly sid: string;
  readonly participant_sid: string;
  readonly status: string;
  readonly error_code: number;
}

/** A conversation with a participant for each address. `send` sends a message to all of them and returns its SID. */
async function setUp(...addresses: string[]) {
  const sim = await startSim();
  const world = sim.world('receipts');
  const app = await startWebhookTarget(world.authToken);
  const { service, inside } = await createDesk(world);
  const hooks = { PostWebhookUrl: app.origin, Filters: ['onDeliveryUpdated'] };
  await callOk(world, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: hooks });
  for (const [i, Address] of addresses.entries()) {
    const channel = /^[a-z]+:/.exec(Address)?.[0] ?? '';
    const body = { MessagingBinding: { Address, ProxyAddress: `${channel}+1555999000${i}` } };
    await callOk(world, 'createserviceconversationparticipant', { ...inside, body });
  }
  const send = async (text = 'Hi') =>
    sidOf(await callOk(world, 'createserviceconversationmessage', { ...inside, body: { Author: 'desk', Body: text } }));
  const receiptsOf = async (MessageSid: string) => {
    const list = await callOk(world, 'listserviceconversationmessagereceipt', { ...inside, MessageSid });
    return list['delivery_receipts'] as unknown as readonly Receipt[];
  };
  /** The status and error code of each receipt, sorted. */
  const statuses = async (sid: string) =>
    (await receiptsOf(sid))
      .map(({ status, error_code: code }) => (code === 0 ? status : `${status} ${code}`))
      .toSorted((a, b) => a.localeCompare(b));
  const summary = async (sid: string) =>
    (await callOk(world, 'fetchserviceconversationmessage', { ...inside, Sid: sid }))['delivery'];
  return { world, app, inside, send, receiptsOf, statuses, summary };
}

test('an SMS is delivered but never read, and the summary and events match', async () => {
  const { world, app, send, statuses, summary } = await setUp('+15550001111', '+15550002222');
  const sid = await send();
  expect(await statuses(sid)).toEqual(['sent', 'sent']);
  expect(await summary(sid)).toEqual({
    total: 2,
    sent: 'all',
    delivered: 'none',
    read: 'none',
    failed: 'none',
    undelivered: 'none',
  });
  await world.clock.advance('PT1H');
  expect(await statuses(sid)).toEqual(['delivered', 'delivered']);
  expect(await summary(sid)).toMatchObject({ sent: 'all', delivered: 'all', read: 'none' });
  const statusesTold = app.received.map(({ parameters }) => parameters['Status']);
  expect(statusesTold).toEqual(['sent', 'sent', 'delivered', 'delivered']);
});

test('a WhatsApp message is also read, which updates the participant’s read horizon', async () => {
  const { world, inside, send, statuses, receiptsOf } = await setUp('whatsapp:+15550001111');
  const sid = await send();
  const horizon = async () => {
    const [receipt] = await receiptsOf(sid);
    const input = { ...inside, Sid: receipt?.participant_sid };
    return (await callOk(world, 'fetchserviceconversationparticipant', input))['last_read_message_index'];
  };
  await world.clock.advance('PT2S');
  expect([await statuses(sid), await horizon()]).toEqual([['delivered'], null]);
  await world.clock.advance('PT4S');
  expect([await statuses(sid), await horizon()]).toEqual([['read'], 0]);
});

describe('a magic address determines the status', () => {
  test.each([
    ['+15005550000', 'sent'],
    ['+15005550001', 'delivered'],
    ['+15005550002', 'read'],
    ['+15001300030', 'undelivered 30003'],
    ['+15002300050', 'failed 30005'],
    ['whatsapp:+15005550001', 'delivered'],
    ['whatsapp:+15002630160', 'failed 63016'],
  ])('%s: %s', async (address, outcome) => {
    const { world, app, send, statuses } = await setUp(address);
    const sid = await send();
    await world.clock.runToIdle();
    expect(await statuses(sid)).toEqual([outcome]);
    const [last] = app.received.slice(-1);
    const [status, code] = outcome.split(' ');
    expect(last?.parameters['Status']).toBe(status);
    expect(last?.parameters['ErrorCode']).toBe(code);
  });

  test('a message that fails was never sent', async () => {
    const { world, app, send, statuses, summary } = await setUp('+15002300050');
    const sid = await send();
    expect(await statuses(sid)).toEqual(['failed 30005']);
    expect(await summary(sid)).toMatchObject({ total: 1, sent: 'none', failed: 'all' });
    await world.clock.runToIdle();
    expect(app.received.map(({ parameters }) => parameters['Status'])).toEqual(['failed']);
  });
});

test('rules by address pattern take precedence, and the first match applies', async () => {
  const { world, send, statuses } = await setUp('+15550001111', '+15550002222', 'whatsapp:+15550003333');
  const rules: ReceiptRule[] = [
    { address: '+15550001111', steps: [{ after: 'PT1M', status: 'undelivered', errorCode: 30005 }] },
    { address: '+1*', steps: [] },
    {
      address: 'whatsapp:*',
      steps: [
        { after: 'PT1S', status: 'delivered' },
        { after: 'PT1H', status: 'read' },
      ],
    },
  ];
  await world.receipts.setRules(rules);
  const sid = await send();
  await world.clock.advance('PT1M');
  expect(await statuses(sid)).toEqual(['delivered', 'sent', 'undelivered 30005']);
  await world.clock.runToIdle();
  expect(await statuses(sid)).toEqual(['read', 'sent', 'undelivered 30005']);
  await world.receipts.setRules([]);
  const next = await send();
  await world.clock.runToIdle();
  expect(await statuses(next)).toEqual(['delivered', 'delivered', 'read']);
});

test('moving a receipt cancels its planned changes', async () => {
  const { world, app, send, receiptsOf, statuses, summary } = await setUp('+15550001111');
  const sid = await send();
  const [receipt] = await receiptsOf(sid);
  await world.receipts.move(receipt?.sid ?? '', 'failed', 21610);
  await world.clock.advance('P1D');
  expect(await statuses(sid)).toEqual(['failed 21610']);
  expect(await summary(sid)).toMatchObject({ failed: 'all', delivered: 'none' });
  expect(app.received).toMatchObject([
    { parameters: { Status: 'sent' } },
    { isSigned: true, parameters: { Status: 'failed', ErrorCode: '21610' } },
  ]);
  await expect(world.receipts.move(`DY${'0'.repeat(32)}`, 'read')).rejects.toThrow('This world has no receipt');
});
