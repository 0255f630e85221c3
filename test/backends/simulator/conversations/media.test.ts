import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Upload } from '../../../../src/core/file-body.js';
import type { SimWorld } from '../../../../src/index.js';
import { callOk, createDesk, sidOf, startSim, WITH_WEBHOOKS } from '../../../helpers/sim.js';
import { createTestUnderstudy } from '../../../helpers/understudy.js';
import { mediaClient, PIXEL } from '../../../helpers/media.js';

async function start(options: Parameters<typeof startSim>[0] = {}) {
  const sim = await startSim(options);
  const { service, inside } = await createDesk(sim);
  const media = mediaClient(sim);
  const upload = async () => sidOf((await media.upload(service, PIXEL, 'image/png', '?Filename=dot.png')).json);
  const send = (sid: string) =>
    sim.call('createserviceconversationmessage', {
      ...inside,
      ...WITH_WEBHOOKS,
      body: { Author: 'ann', MediaSid: sid },
    });
  const statusOf = async (sid: string, path = '') =>
    (await media.get(`/v1/Services/${service}/Media/${sid}${path}`)).status;
  return { sim, service, inside, media, upload, send, statusOf };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-media-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const mediaOf = async (world: SimWorld, service: string) =>
  (await world.control('records.list', { kind: 'media', service }))['total'];

describe('a message with an upload', () => {
  test('shows the file, takes it from then on, and tells webhooks', async () => {
    const { sim, service, inside, media, upload, send } = await start();
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
    const { sim, upload, send } = await start();
    const sid = await upload();
    await send(sid);
    expect((await send(sid)).body).toMatchObject({ status: 409, code: 50508 });
    const other = await createDesk(sim);
    const body = { MediaSid: await upload() };
    const refused = await sim.call('createserviceconversationmessage', { ...other.inside, body });
    expect(refused.body).toMatchObject({ status: 404, code: 50507 });
  });

  test('keeps the file however long the clock runs', async () => {
    const { sim, upload, send, statusOf } = await start();
    const sid = await upload();
    await send(sid);
    await sim.clock.advance('P30D');
    expect(await statusOf(sid, '/Content')).toBe(200);
  });
});

describe('a file is dropped', () => {
  test('five minutes after its upload, if no message takes it', async () => {
    const { sim, upload, send, statusOf } = await start();
    const sid = await upload();
    await sim.clock.advance('PT4M59S');
    expect(await statusOf(sid)).toBe(200);
    await sim.clock.advance('PT1S');
    expect(await statusOf(sid)).toBe(404);
    expect((await send(sid)).body).toMatchObject({ code: 50507 });
  });

  test('with its message', async () => {
    const { sim, inside, upload, send, statusOf } = await start();
    const sid = await upload();
    const { body } = await send(sid);
    await sim.call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(body as never) });
    expect(await statusOf(sid)).toBe(404);
  });

  test('with its conversation', async () => {
    const { sim, service, inside, upload, send, statusOf } = await start();
    const sid = await upload();
    await send(sid);
    await sim.call('deleteserviceconversation', { ChatServiceSid: service, Sid: inside.ConversationSid });
    expect(await statusOf(sid)).toBe(404);
    expect(await mediaOf(sim, service)).toBe(0);
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
    const { sim, service, inside } = await start();
    await callOk(sim, 'createserviceconversationparticipant', { ...inside, body: participant });
    const message = await sim.inbound({ ...pair, media: picture });
    expect(message).toMatchObject({ body: null, media: [{ content_type: 'image/png', filename: 'lamp.png' }] });
    const [file] = message['media'] as { sid: string }[];
    expect(await sim.media.download(service, file?.sid ?? '')).toEqual(PIXEL);
  });

  test('can have several files, up to ten', async () => {
    const { sim, service, inside } = await start();
    await callOk(sim, 'createserviceconversationparticipant', { ...inside, body: participant });
    const second = { content: 'a note', contentType: 'text/plain' };
    const message = await sim.inbound({ ...pair, media: [picture, second] });
    expect(message['media']).toMatchObject([{ filename: 'lamp.png' }, { content_type: 'text/plain', size: 6 }]);
    await sim.call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(message) });
    expect(await mediaOf(sim, service)).toBe(0);
    // Each is small enough, but not both (documentation: 5 MB in all).
    const half = { content: Buffer.alloc(3 * 1024 * 1024), contentType: 'video/mp4' };
    await expect(sim.inbound({ ...pair, media: [half, half] })).rejects.toThrow('50512');
    expect(await mediaOf(sim, service)).toBe(0);
    const eleven = Array.from({ length: 11 }, () => second);
    await expect(sim.inbound({ ...pair, media: eleven })).rejects.toThrow('`media`');
  });

  test('that creates a conversation is named by the events of both', async () => {
    const { sim, service } = await start();
    const body = { PostWebhookUrl: 'http://127.0.0.1:9/', Filters: ['onMessageAdded'], Method: 'POST' };
    await callOk(sim, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body });
    await sim.autocreate(service);
    const message = await sim.inbound({ ...pair, body: 'My lamp', media: picture });
    const [file] = message['media'] as { sid: string }[];
    const { parameters } = await sim.webhooks.waitFor('onMessageAdded');
    expect(JSON.parse(String(parameters['Media']))).toEqual([
      { Sid: file?.sid, ContentType: 'image/png', Size: PIXEL.length, Filename: 'lamp.png' },
    ]);
    expect(await mediaOf(sim, service)).toBe(1);
  });

  test('is refused with two files, or one that is too large or has no type', async () => {
    const { sim, inside } = await start();
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
    const { sim, service, inside, send } = await start();
    const content = Buffer.alloc(mebibytes * 1024 * 1024 + 1);
    const { sid } = (await sim.media.upload(service, { content, contentType: 'video/mp4' })) as { sid: string };
    const body = { 'MessagingBinding.Address': address, 'MessagingBinding.ProxyAddress': proxy };
    const participant = await callOk(sim, 'createserviceconversationparticipant', { ...inside, body });
    expect((await send(sid)).body).toMatchObject({ status: 400, code: 50512 });
    await sim.call('deleteserviceconversationparticipant', { ...inside, Sid: sidOf(participant) });
    expect((await send(sid)).status).toBe(201);
  });

  test('for an upload is refused while it arrives', async () => {
    const { sim, service } = await start();
    const chunk = Buffer.alloc(1024 * 1024);
    const body = new Upload(
      () => Readable.from(Array.from({ length: 151 }, () => chunk)),
      () => ({ contentType: 'video/mp4' }),
    );
    const refused = await sim.call('uploadmedia', { ChatServiceSid: service, body });
    expect(refused.body).toMatchObject({ status: 400, code: 50512 });
  });

  test('for what the world has room for is refused', async () => {
    const { sim, service, upload } = await start();
    await upload();
    const { worlds, ...file } = await sim.export();
    const [world] = worlds as unknown as [{ records: { media: { size: number }[] } }];
    const media = world.records.media.map((record) => ({ ...record, size: 512 * 1024 * 1024 - 5000 }));
    await sim.import({ ...file, worlds: [{ ...world, records: { ...world.records, media } }] });
    const video = { content: 'x'.repeat(5000), contentType: 'video/mp4' };
    await expect(sim.media.upload(service, video)).rejects.toMatchObject({ name: 'UNDERSTUDY_MEDIA_FULL' });
  });
});

describe('worlds', () => {
  test('a snapshot and a copy have the files of the world, also after it was reset', async () => {
    const { sim, service, media, upload, send, statusOf } = await start();
    const sid = await upload();
    await send(sid);
    await sim.snapshot('before');
    const copy = await sim.fork();
    await sim.reset();
    expect(await statusOf(sid)).toBe(404);
    const path = `/v1/Services/${service}/Media/${sid}/Content`;
    expect((await mediaClient(copy).get(path)).bytes).toEqual(PIXEL);
    await sim.restore('before');
    expect((await media.get(path)).bytes).toEqual(PIXEL);
  });
});

test('the control media.upload uploads a file for callers who have no multipart form, such as agents', async () => {
  const { sim, service, send } = await start();
  const file = { service, base64: PIXEL.toString('base64'), content_type: 'image/png' };
  const { sid } = (await sim.control('media.upload', file)) as { sid: string };
  expect((await send(sid)).status).toBe(201);
  expect(await sim.media.download(service, sid)).toEqual(PIXEL);
  const unknown = { ...file, service: `IS${'9'.repeat(32)}` };
  await expect(sim.control('media.upload', unknown)).rejects.toThrow('20404');
  await expect(sim.control('media.upload', { ...file, base64: '<>' })).rejects.toThrow('`base64`');
});

describe('a seed', () => {
  const service = `IS${'5'.repeat(32)}`;
  const sid = `ME${'5'.repeat(32)}`;
  const seedOf = (file: string): string =>
    `understudy-seed: 1\nservices: [{ FriendlyName: x, sid: ${service}, media: [{ sid: ${sid}, content_type: image/png, ${file} }] }]`;

  test('can have the bytes of a file, also with a data file', async () => {
    for (const options of [{}, { dataFile: join(folder(), 'worlds.json') }]) {
      const sim = await startSim(options);
      await sim.reset({ yaml: seedOf(`base64: ${PIXEL.toString('base64')}`) });
      // It is not an upload, which would be dropped.
      await sim.clock.advance('P1D');
      expect(await sim.media.download(service, sid)).toEqual(PIXEL);
      const { json } = await mediaClient(sim).get(`/v1/Services/${service}/Media/${sid}`);
      expect(json).toMatchObject({ size: PIXEL.length, content_type: 'image/png', filename: null });
    }
  });

  test('without bytes has a record, and no link', async () => {
    const sim = await startSim();
    await sim.reset({ yaml: seedOf('size: 7') });
    const { json } = await mediaClient(sim).get(`/v1/Services/${service}/Media/${sid}`);
    expect(json).toMatchObject({ size: 7, links: { content: `${json.url}/Content` } });
    expect(json.links.content_direct_temporary).toBeUndefined();
    expect((await mediaClient(sim).get(`${json.url}/Content`)).status).toBe(404);
  });

  test.each([
    ['size: 7, base64: AAAA', /either `size` or `base64`/],
    ['filename: x', /either `size` or `base64`/],
    ['base64: "<>"', /base64/],
  ])('with %s is refused', async (file, message) => {
    const sim = await startSim();
    await expect(sim.reset({ yaml: seedOf(file) })).rejects.toThrow(message);
  });
});

describe('an export', () => {
  test('has the files, and can be imported elsewhere or used as a data file', async () => {
    const { sim, service, upload, send } = await start();
    const sid = await upload();
    await send(sid);
    const dataFile = join(folder(), 'exported.json');
    await sim.exportTo(dataFile);

    const other = await startSim();
    await other.importFrom(dataFile);
    expect(await other.media.download(service, sid)).toEqual(PIXEL);

    const restarted = await startSim({ dataFile });
    expect(await restarted.media.download(service, sid)).toEqual(PIXEL);
    await restarted.close();
    const again = await startSim({ dataFile });
    expect(await again.media.download(service, sid)).toEqual(PIXEL);
  });

  test('lists the files that it leaves out, because they are large', async () => {
    const { sim, service, upload } = await start();
    const small = await upload();
    const content = Buffer.alloc(16 * 1024 * 1024);
    const { sid } = (await sim.media.upload(service, { content, contentType: 'video/mp4' })) as { sid: string };
    const document = await sim.export();
    expect(document.media_left_out).toEqual([sid]);
    expect(Object.keys(document.media ?? {})).toHaveLength(1);
    const other = await startSim();
    await other.import(document);
    expect(await other.media.download(service, small)).toEqual(PIXEL);
    await expect(other.media.download(service, sid)).rejects.toThrow('20404');
  });

  test('with other bytes than it says is refused, and one with none that are bytes', async () => {
    const { sim } = await start();
    const document = await sim.export();
    const key = '0'.repeat(64);
    await expect(sim.import({ ...document, media: { [key]: 'AAAA' } })).rejects.toThrow(`The media ${key} are damaged`);
    await expect(sim.import({ ...document, media: { name: 'AAAA' } })).rejects.toThrow('not base64 texts by SHA-256');
    await expect(sim.import({ ...document, media: { [key]: '<>' } })).rejects.toThrow('not base64 texts by SHA-256');
  });
});

describe('with a data file', () => {
  test('files are beside it, survive a restart, and are removed when no record names them', async () => {
    const dataFile = join(folder(), 'worlds.json');
    const first = await start({ dataFile });
    const sid = await first.upload();
    await first.send(sid);
    const unused = await first.media.upload(first.service, 'unused', 'text/plain');
    expect(unused.status).toBe(201);
    expect(readdirSync(`${dataFile}.media`).length).toBe(2);
    await first.sim.close();

    const sim = await startSim({ dataFile });
    const media = mediaClient({ url: sim.url, accountSid: first.sim.accountSid, authToken: first.sim.authToken });
    const { bytes } = await media.get(`/v1/Services/${first.service}/Media/${sid}/Content`);
    expect(bytes).toEqual(PIXEL);
    await sim.clock.advance('PT5M');
    await sim.close();
    expect(readdirSync(`${dataFile}.media`).length).toBe(1);
  });

  test('whose folder was lost says so, answers 404 for the content, and still shows the record', async () => {
    const dataFile = join(folder(), 'worlds.json');
    const first = await start({ dataFile });
    const sid = await first.upload();
    await first.sim.close();
    rmSync(`${dataFile}.media`, { recursive: true });
    const { log, close } = await createTestUnderstudy({ dataFile });
    expect(log).toMatchObject([{ level: 'warn', msg: expect.stringMatching(/bytes of 1 media of AC0+ are missing/) }]);
    await close();
    const sim = await startSim({ dataFile });
    const media = mediaClient({ url: sim.url, accountSid: first.sim.accountSid, authToken: first.sim.authToken });
    const path = `/v1/Services/${first.service}/Media/${sid}`;
    expect((await media.get(path)).status).toBe(200);
    expect((await media.get(`${path}/Content`)).json).toMatchObject({ status: 404, code: 20404 });
  });
});
