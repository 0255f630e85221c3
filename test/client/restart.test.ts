import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { callOk, startSim } from '../helpers/sim.js';
import { connect, openConversation, openDesk, sdks } from './harness.js';

it('clients go on with a server that is started again with its data file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-clients-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dataFile = join(folder, 'world.json');
  const desk = await openDesk({ dataFile });
  await desk.join('alice');
  await desk.rest('createserviceconversationmessage', { body: { Body: 'before' } });
  const client = await connect(await (sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>)(), desk, 'alice');
  const conversation = await openConversation(client, desk);
  expect((await conversation.getMessages()).items.map(({ body }) => body)).toEqual(['before']);
  const received: (string | null)[] = [];
  conversation.on('messageAdded', ({ body }) => received.push(body));

  await desk.world.close();
  const again = await startSim({ clock: 'real', dataFile, restPort: Number(new URL(desk.world.url).port) });
  // While the client is away.
  await callOk(again, 'updateserviceconversation', {
    ...desk.inside,
    Sid: desk.conversation,
    body: { FriendlyName: 'New' },
  });
  for (const Body of ['away', 'still away']) {
    await callOk(again, 'createserviceconversationmessage', { ...desk.inside, body: { Body } });
  }
  await expect.poll(() => client.connectionState).toBe('connected');
  await expect.poll(() => conversation.friendlyName).toBe('New');
  await callOk(again, 'createserviceconversationmessage', { ...desk.inside, body: { Body: 'after' } });
  await expect.poll(() => received).toEqual(['away', 'still away', 'after']);
});
