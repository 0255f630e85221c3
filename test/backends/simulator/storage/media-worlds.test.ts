import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMediaDesk } from '../../../helpers/media-desk.js';
import { mediaClient, PIXEL } from '../../../helpers/media.js';
import { startSim } from '../../../helpers/sim.js';
import { createTestUnderstudy } from '../../../helpers/understudy.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-media-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('worlds', () => {
  test('a snapshot and a copy have the files of the world, also after it was reset', async () => {
    const { sim, service, media, upload, send, statusOf } = await startMediaDesk();
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
    const { sim, service, upload, send } = await startMediaDesk();
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
    const { sim, service, upload } = await startMediaDesk();
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
    const { sim } = await startMediaDesk();
    const document = await sim.export();
    const key = '0'.repeat(64);
    await expect(sim.import({ ...document, media: { [key]: 'AAAA' } })).rejects.toThrow(`The media ${key} are damaged`);
    await expect(sim.import({ ...document, media: { name: 'AAAA' } })).rejects.toThrow('not base64 texts by SHA-256');
    await expect(sim.import({ ...document, media: { [key]: '<>' } })).rejects.toThrow('not base64 texts by SHA-256');
  });
});

test('an export with damaged files stops the start as a data file, and stays as it is', async () => {
  const dataFile = join(folder(), 'exported.json');
  const { sim } = await startMediaDesk();
  const text = JSON.stringify({ ...(await sim.export()), media: { ['0'.repeat(64)]: 'AAAA' } });
  writeFileSync(dataFile, text);
  // Twice, because the file must not stay locked either.
  for (let i = 0; i < 2; i += 1) await expect(startSim({ dataFile })).rejects.toThrow('damaged');
  expect(readFileSync(dataFile, 'utf8')).toBe(text);
});

describe('with a data file', () => {
  test('files are beside it, survive a restart, and are removed when no record names them', async () => {
    const dataFile = join(folder(), 'worlds.json');
    const first = await startMediaDesk({ dataFile });
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
    const first = await startMediaDesk({ dataFile });
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
