import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Upload } from '../../../../src/core/file-body.js';
import { countMedia, startMediaDesk } from '../../../helpers/media-desk.js';
import { PIXEL } from '../../../helpers/media.js';
import { callOk, createDesk, sidOf } from '../../../helpers/sim.js';

describe('a message with an upload', () => {
  test('shows the file, takes it from then on, and tells webhooks', async () => {
    const { sim, service, inside, media, upload, send } = await startMediaDesk();
    const webhooks = { PostWebhookUrl: 'http://127.0.0.1:9/', Filters: ['onMessageAdded'], Method: 'POST' };
    await callOk(sim, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: webhooks });
    const sid = await upload();
    const { status, body } = await send(sid);
    expect(status).toBe(201);
    const file = { sid, size: PIXEL.length, content_type: 'image/png', filename: 'dot.png' };
    expect(body).toMatchObject({ body: null, media: [file] });

    const { json } = await media.get(`/v1/Services/${service}/Media/${sid}`);
    expect(json).toMatchObject({ message_sid: sidOf(body as never), channel_sid: inside.ConversationSid });
    const delivery = await sim.webhooks.waitFor('onMessageAdded');
    expect(JSON.parse(String(delivery.parameters['Media']))).toEqual([
      { Sid: sid, ContentType: 'image/png', Size: PIXEL.length, Filename: 'dot.png' },
    ]);
  });

  test('is refused if another message has it, or another service', async () => {
    const { sim, upload, send } = await startMediaDesk();
    const sid = await upload();
    await send(sid);
    expect((await send(sid)).body).toMatchObject({ status: 409, code: 50508 });
    const other = await createDesk(sim);
    const body = { MediaSid: await upload() };
    const refused = await sim.call('createserviceconversationmessage', { ...other.inside, body });
    expect(refused.body).toMatchObject({ status: 404, code: 50507 });
  });

  test('keeps the file however long the clock runs', async () => {
    const { sim, upload, send, statusOf } = await startMediaDesk();
    const sid = await upload();
    await send(sid);
    await sim.clock.advance('P30D');
    expect(await statusOf(sid, '/Content')).toBe(200);
  });
});

describe('a file is dropped', () => {
  test('five minutes after its upload, if no message takes it', async () => {
    const { sim, upload, send, statusOf } = await startMediaDesk();
    const sid = await upload();
    await sim.clock.advance('PT4M59S');
    expect(await statusOf(sid)).toBe(200);
    await sim.clock.advance('PT1S');
    expect(await statusOf(sid)).toBe(404);
    expect((await send(sid)).body).toMatchObject({ code: 50507 });
  });

  test('with its message', async () => {
    const { sim, inside, upload, send, statusOf } = await startMediaDesk();
    const sid = await upload();
    const { body } = await send(sid);
    await sim.call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(body as never) });
    expect(await statusOf(sid)).toBe(404);
  });

  test('with its conversation', async () => {
    const { sim, service, inside, upload, send, statusOf } = await startMediaDesk();
    const sid = await upload();
    await send(sid);
    await sim.call('deleteserviceconversation', { ChatServiceSid: service, Sid: inside.ConversationSid });
    expect(await statusOf(sid)).toBe(404);
    expect(await countMedia(sim, service)).toBe(0);
  });
});

describe('an inbound message with a file', () => {
  const picture = { content: PIXEL, contentType: 'image/png', filename: 'lamp.png' };
  const pair = { from: '+15551230001', to: '+15559990000' };
  const participant = {
    'MessagingBinding.Address': pair.from,
    'MessagingBinding.ProxyAddress': pair.to,
  };

  test('stores it in the service of its conversation, and can have no text', async () => {
    const { sim, service, inside } = await startMediaDesk();
    await callOk(sim, 'createserviceconversationparticipant', { ...inside, body: participant });
    const message = await sim.inbound({ ...pair, media: picture });
    expect(message).toMatchObject({ body: null, media: [{ content_type: 'image/png', filename: 'lamp.png' }] });
    const [file] = message['media'] as { sid: string }[];
    expect(await sim.media.download(service, file?.sid ?? '')).toEqual(PIXEL);
  });

  test('can have several files, up to ten', async () => {
    const { sim, service, inside } = await startMediaDesk();
    await callOk(sim, 'createserviceconversationparticipant', { ...inside, body: participant });
    const second = { content: 'a note', contentType: 'text/plain' };
    const message = await sim.inbound({ ...pair, media: [picture, second] });
    expect(message['media']).toMatchObject([{ filename: 'lamp.png' }, { content_type: 'text/plain', size: 6 }]);
    await sim.call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(message) });
    expect(await countMedia(sim, service)).toBe(0);
    // Each is small enough, but not both (documentation: 5 MB in all).
    const half = { content: Buffer.alloc(3 * 1024 * 1024), contentType: 'video/mp4' };
    await expect(sim.inbound({ ...pair, media: [half, half] })).rejects.toThrow('50512');
    expect(await countMedia(sim, service)).toBe(0);
    // The first one is stored before the second one is refused.
    await expect(sim.inbound({ ...pair, media: [picture, { ...second, contentType: 'note' }] })).rejects.toThrow(
      '50511',
    );
    expect(await countMedia(sim, service)).toBe(0);
    const eleven = Array.from({ length: 11 }, () => second);
    await expect(sim.inbound({ ...pair, media: eleven })).rejects.toThrow('`media`');
  });

  test('that creates a conversation is named by the events of both', async () => {
    const { sim, service } = await startMediaDesk();
    const body = { PostWebhookUrl: 'http://127.0.0.1:9/', Filters: ['onMessageAdded'], Method: 'POST' };
    await callOk(sim, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body });
    await sim.autocreate(service);
    const message = await sim.inbound({ ...pair, body: 'My lamp', media: picture });
    const [file] = message['media'] as { sid: string }[];
    const { parameters } = await sim.webhooks.waitFor('onMessageAdded');
    expect(JSON.parse(String(parameters['Media']))).toEqual([
      { Sid: file?.sid, ContentType: 'image/png', Size: PIXEL.length, Filename: 'lamp.png' },
    ]);
    expect(await countMedia(sim, service)).toBe(1);
  });

  test('is refused with two files, or one that is too large or has no type', async () => {
    const { sim, inside } = await startMediaDesk();
    await callOk(sim, 'createserviceconversationparticipant', { ...inside, body: participant });
    const mediaSid = `ME${'1'.repeat(32)}`;
    await expect(sim.inbound({ ...pair, media: picture, mediaSid })).rejects.toThrow('either `media_sid` or `media`');
    await expect(sim.inbound({ ...pair, media: { ...picture, contentType: 'picture' } })).rejects.toThrow('50511');
    const large = { content: Buffer.alloc(5 * 1024 * 1024 + 1), contentType: 'video/mp4' };
    await expect(sim.inbound({ ...pair, media: large })).rejects.toThrow('50512');
  });
});

describe('a file that is too large', () => {
  test.each([
    ['for MMS', '+15551230001', '+15559990000', 5],
    ['for WhatsApp', 'whatsapp:+15551230001', 'whatsapp:+15559990000', 16],
  ])('%s is refused with the message, and can go to a chat', async (_, address, proxy, mebibytes) => {
    const { sim, service, inside, send } = await startMediaDesk();
    const content = Buffer.alloc(mebibytes * 1024 * 1024 + 1);
    const { sid } = (await sim.media.upload(service, { content, contentType: 'video/mp4' })) as { sid: string };
    const body = { 'MessagingBinding.Address': address, 'MessagingBinding.ProxyAddress': proxy };
    const participant = await callOk(sim, 'createserviceconversationparticipant', { ...inside, body });
    expect((await send(sid)).body).toMatchObject({ status: 400, code: 50512 });
    await sim.call('deleteserviceconversationparticipant', { ...inside, Sid: sidOf(participant) });
    expect((await send(sid)).status).toBe(201);
  });

  test('for an upload is refused while it arrives', async () => {
    const { sim, service } = await startMediaDesk();
    const chunk = Buffer.alloc(1024 * 1024);
    const body = new Upload(
      () => Readable.from(Array.from({ length: 151 }, () => chunk)),
      () => ({ contentType: 'video/mp4' }),
    );
    const refused = await sim.call('uploadmedia', { ChatServiceSid: service, body });
    expect(refused.body).toMatchObject({ status: 400, code: 50512 });
  });

  test('for what the world has room for is refused', async () => {
    const { sim, service, upload } = await startMediaDesk();
    await upload();
    const { worlds, ...file } = await sim.export();
    const [world] = worlds as unknown as [{ records: { media: { size: number }[] } }];
    const media = world.records.media.map((record) => ({ ...record, size: 512 * 1024 * 1024 - 5000 }));
    await sim.import({ ...file, worlds: [{ ...world, records: { ...world.records, media } }] });
    const video = { content: 'x'.repeat(5000), contentType: 'video/mp4' };
    await expect(sim.media.upload(service, video)).rejects.toMatchObject({ name: 'UNDERSTUDY_MEDIA_FULL' });
  });
});

test('the control media.upload uploads a file for callers who have no multipart form, such as agents', async () => {
  const { sim, service, send } = await startMediaDesk();
  const file = { service, base64: PIXEL.toString('base64'), content_type: 'image/png' };
  const { sid } = (await sim.control('media.upload', file)) as { sid: string };
  expect((await send(sid)).status).toBe(201);
  expect(await sim.media.download(service, sid)).toEqual(PIXEL);
  const unknown = { ...file, service: `IS${'9'.repeat(32)}` };
  await expect(sim.control('media.upload', unknown)).rejects.toThrow('20404');
  await expect(sim.control('media.upload', { ...file, base64: '<>' })).rejects.toThrow('`base64`');
});
