import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/body.js';
import { connect, next, openConversation, openDesk, sdks, type Desk, type Message } from './harness.js';

/** Calls a tool as an agent does. */
async function callTool({ world }: Desk, name: string, args: Record<string, unknown>): Promise<void> {
  const client = new McpClient({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', world.mcpUrl)));
  expect((await client.callTool({ name, arguments: args })).isError).not.toBe(true);
  await client.close();
}

const texts = (messages: readonly Message[]): (string | null)[] => messages.map(({ body }) => body);

describe.each(Object.entries(sdks))('messages in the client SDK %s', (_, load) => {
  it('are read in pages in both directions, from any anchor', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    for (let i = 0; i < 45; i += 1) await desk.rest('createserviceconversationmessage', { body: { Body: `m${i}` } });
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    const last = await conversation.getMessages(10);
    expect(texts(last.items)).toEqual(Array.from({ length: 10 }, (_each, i) => `m${35 + i}`));
    const before = await last.prevPage();
    expect(texts(before.items)).toEqual(Array.from({ length: 10 }, (_each, i) => `m${25 + i}`));
    const again = await before.nextPage();
    expect(texts(again.items)).toEqual(texts(last.items));
    const from = await conversation.getMessages(10, 12, 'forward');
    expect(texts(from.items)).toEqual(Array.from({ length: 10 }, (_each, i) => `m${12 + i}`));
    const back = await conversation.getMessages(10, 20, 'backwards');
    expect(texts(back.items)).toEqual(Array.from({ length: 10 }, (_each, i) => `m${11 + i}`));
    expect((await conversation.getMessages(10, 44, 'forward')).hasNextPage).toBe(false);
  });

  it('are sent, changed and removed, and REST sees them', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    const added = next<Message>(conversation, 'messageAdded');
    expect(await conversation.sendMessage('hello', { mood: 'good' })).toBe(0);
    const message = await added;
    expect(message).toMatchObject({ body: 'hello', author: 'alice', attributes: { mood: 'good' }, index: 0 });
    await expect.poll(() => conversation.lastMessage?.index).toBe(0);
    const seen = await desk.rest('fetchserviceconversationmessage', { Sid: message.sid });
    expect(seen).toMatchObject({ body: 'hello', author: 'alice', attributes: '{"mood":"good"}' });
    await message.updateBody('changed');
    await message.updateAttributes({ mood: 'better' });
    await expect.poll(() => [message.body, message.attributes]).toEqual(['changed', { mood: 'better' }]);
    const removed = next<Message>(conversation, 'messageRemoved');
    await message.remove();
    expect((await removed).sid).toBe(message.sid);
    const { messages } = await desk.rest('listserviceconversationmessage');
    expect(messages).toEqual([]);
    await conversation.prepareMessage().setBody('built').setAttributes({ by: 'builder' }).build().send();
    const listed = (await desk.rest('listserviceconversationmessage'))['messages'] as readonly JsonObject[];
    expect(listed).toMatchObject([{ body: 'built', attributes: '{"by":"builder"}', index: 1 }]);
  });

  it('arrive from servers, agents, phones and other clients, in order', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    await desk.join('bob');
    await desk.rest('createserviceconversationparticipant', {
      body: { 'MessagingBinding.Address': '+15551234567', 'MessagingBinding.ProxyAddress': '+15557654321' },
    });
    const [alice, bob] = await Promise.all([connect(sdk, desk, 'alice'), connect(sdk, desk, 'bob')]);
    const conversation = await openConversation(alice, desk);
    const received: (string | null)[] = [];
    conversation.on('messageAdded', ({ body }) => received.push(body));
    await desk.rest('createserviceconversationmessage', { body: { Body: 'by REST' } });
    await callTool(desk, 'add-new-message-conversation-specific', { ...desk.inside, body: { Body: 'by MCP' } });
    await desk.world.inbound({ from: '+15551234567', to: '+15557654321', body: 'by SMS' });
    await (await openConversation(bob, desk)).sendMessage('by bob');
    await expect.poll(() => received).toEqual(['by REST', 'by MCP', 'by SMS', 'by bob']);
  });

  it('show delivery receipts as they move along the clock', async () => {
    const sdk = await load();
    const desk = await openDesk({ clock: '2026-01-01T00:00:00Z' });
    await desk.join('alice');
    const phone = { 'MessagingBinding.Address': '+15005550002', 'MessagingBinding.ProxyAddress': '+15557654321' };
    await desk.rest('createserviceconversationparticipant', { body: phone });
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    const added = next<Message>(conversation, 'messageAdded');
    await conversation.sendMessage('hello');
    const message = await added;
    expect(message.aggregatedDeliveryReceipt).toMatchObject({ total: 1, sent: 'all', delivered: 'none' });
    await desk.world.clock.advance('PT3S');
    await expect.poll(() => message.aggregatedDeliveryReceipt?.delivered).toBe('all');
    await desk.world.clock.advance('PT10S');
    await expect.poll(() => message.aggregatedDeliveryReceipt?.read).toBe('all');
    const [receipt] = (await message.getDetailedDeliveryReceipts()) ?? [];
    expect(receipt).toMatchObject({ status: 'read', messageSid: message.sid });
    expect(message.dateCreated?.toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });
});
