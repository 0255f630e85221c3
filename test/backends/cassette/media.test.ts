import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mediaClient, PIXEL } from '../../helpers/media.js';
import { createDesk, startSim } from '../../helpers/sim.js';
import { newFile } from './harness.js';

const credentials = { user: `AC${'1'.repeat(32)}`, password: 'a long enough secret' };
const LARGE = Buffer.alloc(1024 * 1024 + 1, 'large');

/** Records a picture, a form and a large file, and returns what the recorder answered. */
async function record(scrub: boolean) {
  const twilio = await startSim({ defaultAccount: credentials.user });
  const { service } = await createDesk(twilio);
  const cassette = newFile();
  const recorder = await startSim({ mode: 'record', cassette, scrub, upstream: twilio.url, credentials });
  const answers = await play(recorder, service);
  await recorder.close();
  return { service, cassette, answers };
}

async function play(at: Parameters<typeof mediaClient>[0], service: string) {
  const media = mediaClient(at);
  const { json: picture } = await media.upload(service, PIXEL, 'image/png', '?Filename=lamp.png');
  const form = new FormData();
  form.set('Media', new Blob(['a note'], { type: 'text/plain' }), 'note.txt');
  const { json: note } = await media.post(`/v1/Services/${service}/Media`, form);
  const { json: large } = await media.upload(service, LARGE, 'video/mp4');
  const { json: fetched } = await media.get(picture.url);
  const { pathname, search } = new URL(fetched.links.content_direct_temporary);
  return {
    picture,
    note,
    large,
    fetched,
    content: await media.get(`${picture.url}/Content`),
    linked: await media.get(at.url + pathname + search, {}),
    largeContent: await media.get(`${large.url}/Content`),
  };
}

test('a replay answers uploads and downloads as they were recorded, without the bytes of large files', async () => {
  const { service, cassette, answers } = await record(false);
  expect(answers.content.bytes).toEqual(PIXEL);
  // `toEqual` would compare a large file byte by byte.
  expect(LARGE.equals(answers.largeContent.bytes)).toBe(true);

  const replayed = await play(await startSim({ mode: 'replay', cassette }), service);
  expect(replayed.picture).toEqual(answers.picture);
  expect(replayed.note).toEqual(answers.note);
  expect(replayed.fetched).toEqual(answers.fetched);
  expect(replayed.content.bytes).toEqual(PIXEL);
  expect(replayed.content.headers.get('content-type')).toBe('image/png');
  expect(replayed.linked.bytes).toEqual(PIXEL);
  expect(replayed.largeContent.json).toMatchObject({ status: 404, code: 990301 });
  expect(replayed.largeContent.json['message']).toContain('no bytes of this file');
});

test('a scrubbed recording has no bytes and no file names, but the dates', async () => {
  const { cassette, answers } = await record(true);
  const text = readFileSync(cassette, 'utf8');
  expect(text).not.toContain(PIXEL.toString('base64').slice(0, 40));
  expect(text).not.toContain('lamp.png');
  expect(text).toContain(JSON.stringify(answers.picture['date_created']));
});
