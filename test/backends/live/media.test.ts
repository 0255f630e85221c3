import { expect, test } from 'vitest';
import { startSim } from '../../helpers/sim.js';
import { mediaClient, PIXEL } from '../../helpers/media.js';
import { answer, hang, reset, startUpstream } from '../../helpers/upstream.js';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const password = 'a long enough secret';

/** An understudy in live mode in front of a server that stands for Twilio. */
async function startLive(upstream: string | undefined, options: Parameters<typeof startSim>[0] = {}) {
  const credentials = { user: ACCOUNT, password };
  return startSim({ mode: 'live', upstream, credentials, checkAnswers: false, ...options });
}

test('uploads, records, contents and temporary links pass through unchanged', async () => {
  const twilio = await startSim({ authToken: password });
  const live = await startLive(twilio.url, { token: 'the token of this server' });
  const { authorization } = mediaClient({ url: twilio.url, accountSid: ACCOUNT, authToken: password });
  const created = await fetch(`${twilio.url}/v1/Services`, {
    method: 'POST',
    body: new URLSearchParams({ FriendlyName: 'Live' }),
    headers: { authorization },
  });
  const { sid } = (await created.json()) as { sid: string };

  const media = mediaClient({ url: live.url, accountSid: live.accountSid, authToken: 'the token of this server' });
  const raw = await media.upload(sid, PIXEL, 'image/png', '?Filename=dot.png');
  expect(raw.status).toBe(201);
  expect(raw.json).toMatchObject({
    service_sid: sid,
    content_type: 'image/png',
    filename: 'dot.png',
    size: PIXEL.length,
  });

  const form = new FormData();
  form.set('Media', new Blob([PIXEL], { type: 'image/png' }), 'form.png');
  form.set('Author', 'ann');
  const multipart = await media.post(`/v1/Services/${sid}/Media`, form);
  expect(multipart.json).toMatchObject({ filename: 'form.png', author: 'ann', size: PIXEL.length });

  const content = await media.get(`${raw.json.url}/Content`);
  expect([content.status, content.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(content.bytes).toEqual(PIXEL);

  const { links } = (await media.get(raw.json.url)).json;
  expect((await media.get(links.content_direct_temporary, {})).bytes).toEqual(PIXEL);
  // The same link by this server.
  const { pathname, search } = new URL(links.content_direct_temporary);
  expect((await media.get(live.url + pathname + search, {})).bytes).toEqual(PIXEL);

  const refused = await media.upload(`IS${'9'.repeat(32)}`);
  expect(refused.json).toMatchObject({ status: 404, code: 20404 });
});

test('credentials are sent with a record and a content, but not with a temporary link', async () => {
  const upstream = await startUpstream(answer(200, 'bytes', { 'content-type': 'image/png' }));
  const live = await startLive(upstream.origin);
  const media = mediaClient(live);
  await media.get('/v1/Services/IS1/Media/ME1/Content');
  await media.get('/ME1?Expires=1&Signature=a~b&Key-Pair-Id=K&Other=x', {});
  expect(upstream.seen.map(({ url }) => url)).toEqual([
    '/mcs/v1/Services/IS1/Media/ME1/Content',
    '/mcs/ME1?Expires=1&Signature=a%7Eb&Key-Pair-Id=K',
  ]);
  const basic = `Basic ${Buffer.from(`${ACCOUNT}:${password}`).toString('base64')}`;
  expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual([basic, undefined]);
});

test('a redirect to a temporary link is passed on', async () => {
  const location = 'https://media.us1.twilio.com/ME1?Expires=1';
  const upstream = await startUpstream(answer(302, undefined, { location }));
  const live = await startLive(upstream.origin);
  const { authorization, base } = mediaClient(live);
  const response = await fetch(`${base}/v1/Services/IS1/Media/ME1/Content`, {
    headers: { authorization },
    redirect: 'manual',
  });
  expect([response.status, response.headers.get('location')]).toEqual([302, location]);
});

test('an upload that fails is not repeated, and a dry run sends none', async () => {
  const upstream = await startUpstream(reset);
  const live = await startLive(upstream.origin);
  const { status, json } = await mediaClient(live).upload('IS1');
  expect([status, json['code']]).toEqual([502, 990202]);
  expect(json['message']).toContain('may or may not have been carried out');
  expect(upstream.seen.length).toBe(1);

  const dry = await startLive(upstream.origin, { dryRun: true });
  const refused = await mediaClient(dry).upload('IS1');
  expect(refused.json).toMatchObject({ status: 403, code: 990209 });
  expect(refused.json['message']).toContain('/mcs/v1/Services/IS1/Media');
  expect(upstream.seen.length).toBe(1);
});

test('an upload ends when Twilio does not answer', async () => {
  const upstream = await startUpstream(hang);
  const live = await startLive(upstream.origin, { limits: { answerTimeout: 100 } });
  const { status, json } = await mediaClient(live).upload('IS1');
  expect([status, json['code']]).toEqual([504, 990204]);
});

test('the hosts are those of the region', async () => {
  const live = await startLive(undefined, { dryRun: true, region: 'ie1' });
  const { json } = await mediaClient(live).get('/v1/Services/IS1/Media/ME1');
  expect(json['message']).toContain('GET https://mcs.ie1.twilio.com/v1/Services/IS1/Media/ME1');
});
