import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SimWorld } from '../../../../src/index.js';
import { callOk, createDesk, sidOf, startSim, WITH_WEBHOOKS } from '../../../helpers/sim.js';
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

  test('whose folder was lost answers 404 for the content, and still shows the record', async () => {
    const dataFile = join(folder(), 'worlds.json');
    const first = await start({ dataFile });
    const sid = await first.upload();
    await first.sim.close();
    rmSync(`${dataFile}.media`, { recursive: true });
    const sim = await startSim({ dataFile });
    const media = mediaClient({ url: sim.url, accountSid: first.sim.accountSid, authToken: first.sim.authToken });
    const path = `/v1/Services/${first.service}/Media/${sid}`;
    expect((await media.get(path)).status).toBe(200);
    expect((await media.get(`${path}/Content`)).json).toMatchObject({ status: 404, code: 20404 });
  });
});
