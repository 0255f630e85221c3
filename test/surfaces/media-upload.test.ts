import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { mediaClient, PIXEL } from '../helpers/media.js';
import { createDesk, sidOf, startSim } from '../helpers/sim.js';
import { exchange } from '../helpers/socket.js';

const TIME = '2026-01-01T00:00:00.000000+00:00';

async function start(options: Parameters<typeof startSim>[0] = {}) {
  const sim = await startSim(options);
  const desk = await createDesk(sim);
  return { sim, ...desk, media: mediaClient(sim) };
}

describe('upload', () => {
  test('of raw bytes answers with the record, whose URLs are relative', async () => {
    const { service, media } = await start();
    const { status, json } = await media.upload(service, PIXEL, 'image/png', '?Filename=dot.png');
    const sid = sidOf(json);
    expect(status).toBe(201);
    expect(sid).toMatch(/^ME[0-9a-f]{32}$/);
    expect(Object.entries(json)).toEqual(
      Object.entries({
        sid,
        service_sid: service,
        date_created: TIME,
        date_upload_updated: TIME,
        date_updated: TIME,
        links: { content: `/v1/Services/${service}/Media/${sid}/Content` },
        size: PIXEL.length,
        content_type: 'image/png',
        filename: 'dot.png',
        author: 'system',
        category: 'media',
        message_sid: null,
        channel_sid: null,
        url: `/v1/Services/${service}/Media/${sid}`,
        is_multipart_upstream: false,
      }),
    );
  });

  test('of a multipart form takes the type and the name of its file, and the author', async () => {
    const { service, media } = await start();
    const form = new FormData();
    form.set('Media', new Blob([PIXEL], { type: 'image/png' }), 'dot.png');
    form.set('Author', 'ann');
    const { status, json } = await media.post(`/v1/Services/${service}/Media`, form);
    expect(status).toBe(201);
    expect(json).toMatchObject({ filename: 'dot.png', content_type: 'image/png', author: 'ann', size: PIXEL.length });
    expect((await media.get(`${json.url}/Content`)).bytes).toEqual(PIXEL);
  });

  test('of a large file is streamed and comes back unchanged', async () => {
    const { service, media } = await start();
    const chunk = Buffer.alloc(1024 * 1024, 'twilio');
    const hash = createHash('sha256');
    const stream = Readable.from(
      (function* () {
        for (let i = 0; i < 8; i += 1) {
          hash.update(chunk);
          yield chunk;
        }
      })(),
    );
    const response = await fetch(`${media.base}/v1/Services/${service}/Media`, {
      method: 'POST',
      body: Readable.toWeb(stream),
      duplex: 'half',
      headers: { authorization: media.authorization, 'content-type': 'video/mp4' },
    });
    const { sid, size } = (await response.json()) as { sid: string; size: number };
    expect(size).toBe(8 * chunk.length);
    const { bytes, headers } = await media.get(`/v1/Services/${service}/Media/${sid}/Content`);
    expect(headers.get('content-type')).toBe('video/mp4');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash.digest('hex'));
  });

  test('without a content type is application/octet-stream', async () => {
    const { service, media } = await start();
    const { json } = await media.post(`/v1/Services/${service}/Media`, PIXEL);
    expect(json).toMatchObject({ content_type: 'application/octet-stream', filename: null });
  });

  test.each([
    ['no body', null, 'image/png', 400, 20001],
    ['an empty body', '', 'image/png', 400, 20001],
    ['a content type that is none', PIXEL, 'picture', 400, 50511],
    ['a form without a boundary', PIXEL, 'multipart/form-data', 400, 990104],
    [
      'a form that ends in the middle',
      '--x\r\nContent-Disposition: form-data; name="Media"; filename="a"\r\n\r\nab',
      'multipart/form-data; boundary=x',
      400,
      990104,
    ],
    [
      'a form without a file',
      '--x\r\nContent-Disposition: form-data; name="Author"\r\n\r\nann\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
      400,
      990104,
    ],
  ])('with %s is refused', async (_, body, type, status, code) => {
    const { service, media } = await start();
    const response = await media.post(`/v1/Services/${service}/Media`, body, { 'content-type': type });
    expect([response.status, response.json['code']]).toEqual([status, code]);
    expect((await media.upload(service)).status).toBe(201);
  });

  test('with a name that is too long is refused', async () => {
    const { service, media } = await start();
    const name = 'x'.repeat(257);
    expect((await media.upload(service, PIXEL, 'image/png', `?Filename=${name}`)).json).toMatchObject({ code: 20001 });
    const form = new FormData();
    form.set('Media', new Blob([PIXEL], { type: 'image/png' }), name);
    expect((await media.post(`/v1/Services/${service}/Media`, form)).json).toMatchObject({ code: 20001 });
  });

  test('of a form takes its first file, whatever else it has', async () => {
    const { service, media } = await start();
    const form = new FormData();
    for (let i = 0; i < 30; i += 1) form.append(`field ${i}`, 'x'.repeat(1000));
    form.append('Media', new Blob(['first'], { type: 'text/plain' }), '../../etc/passwd');
    form.append('Media', new Blob(['second'], { type: 'text/html' }), 'second.html');
    const { status, json } = await media.post(`/v1/Services/${service}/Media`, form);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 990104 });
    const few = new FormData();
    few.append('Media', new Blob(['first'], { type: 'text/plain' }), '../../etc/passwd');
    few.append('Media', new Blob(['second'], { type: 'text/html' }), 'second.html');
    few.append('Author', 'ann');
    const { json: record } = await media.post(`/v1/Services/${service}/Media`, few);
    expect(record).toMatchObject({ size: 5, filename: 'passwd', content_type: 'text/plain', author: 'ann' });
  });

  test('to an unknown service answers 404, and keeps nothing', async () => {
    const { media } = await start();
    const path = `/v1/Services/IS${'9'.repeat(32)}/Media`;
    const { status, json } = await media.post(path, PIXEL, { 'content-type': 'image/png' });
    expect(status).toBe(404);
    expect(json).toMatchObject({ code: 20404, message: `The requested resource ${path} was not found` });
  });

  test('a client that leaves in the middle leaves nothing behind', async () => {
    const { sim, service, media } = await start();
    const head = [
      `POST /mcs/v1/Services/${service}/Media HTTP/1.1`,
      'host: localhost',
      `authorization: ${media.authorization}`,
      'content-type: image/png',
      'content-length: 1000',
      '',
      'abc',
    ].join('\r\n');
    await exchange(sim.url, head, true).catch(() => undefined);
    expect((await sim.control('records.list', { kind: 'media', service }))['total']).toBe(0);
  });
});
