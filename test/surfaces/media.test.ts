import { describe, expect, test } from 'vitest';
import { twilioClientFor } from '../../src/index.js';
import { getAs, mediaClient, PIXEL } from '../helpers/media.js';
import { callOk, createDesk, sidOf, startSim } from '../helpers/sim.js';

async function start(options: Parameters<typeof startSim>[0] = {}) {
  const sim = await startSim(options);
  const desk = await createDesk(sim);
  return { sim, ...desk, media: mediaClient(sim) };
}

/** The signature of the first temporary link of a server. */
async function signatureWith(authToken: string): Promise<string | null> {
  const { service, media } = await start({ rngSeed: 'known', clock: '2026-01-01T00:00:00Z', authToken });
  const { json: uploaded } = await media.upload(service);
  const { json } = await media.get(uploaded.url);
  return new URL(json.links.content_direct_temporary).searchParams.get('Signature');
}

describe('a fetch', () => {
  test('adds a temporary link, which needs no credentials and ends by the clock of the world', async () => {
    const { sim, service, media } = await start();
    const { json: uploaded } = await media.upload(service);
    const { status, json } = await media.get(uploaded.url);
    expect(status).toBe(200);
    const { content_direct_temporary: link, content } = json.links;
    expect(content).toBe(`${uploaded.url}/Content`);
    expect({ ...json, links: uploaded.links }).toEqual(uploaded);
    expect(link).toMatch(new RegExp(`^${sim.url}/mcs/ME\\w+\\?Expires=\\d+&Signature=[\\w%-]+&Key-Pair-Id=AC`));

    const { bytes, headers } = await media.get(link, {});
    expect(bytes).toEqual(PIXEL);
    expect(headers.get('content-type')).toBe('image/png');
    // A file may be a page with scripts.
    expect(headers.get('content-security-policy')).toContain('sandbox');

    await sim.clock.advance('PT4M59S');
    expect((await media.get(link, {})).status).toBe(200);
  });

  test('of a link that is expired or forged is refused with 403', async () => {
    const { sim, service, conversation, media } = await start();
    const { json: uploaded } = await media.upload(service);
    const inside = { ChatServiceSid: service, ConversationSid: conversation };
    await callOk(sim, 'createserviceconversationmessage', { ...inside, body: { MediaSid: sidOf(uploaded) } });
    const { json } = await media.get(uploaded.url);
    const link = json.links.content_direct_temporary;
    const refusalOf = async (url: string) => {
      const response = await media.get(url, {});
      return [response.status, response.json['code'], response.json['message']];
    };
    const later = link.replace(/Expires=\d+/, 'Expires=99999999999');
    expect(await refusalOf(later)).toEqual([403, 20403, 'Access denied: the signature of this link is wrong']);
    expect((await refusalOf(link.replace(/Signature=[^&]+/, 'Signature='))).slice(0, 2)).toEqual([403, 20403]);
    expect((await refusalOf(link.split('?')[0] ?? '')).slice(0, 2)).toEqual([403, 20403]);
    const other = sidOf((await media.upload(service, 'another file', 'text/plain')).json);
    expect((await refusalOf(link.replace(sidOf(uploaded), other))).slice(0, 2)).toEqual([403, 20403]);
    await sim.clock.advance('PT5M');
    expect((await refusalOf(link)).slice(0, 2)).toEqual([403, 20403]);
    const { json: again } = await media.get(uploaded.url);
    const fresh = again.links.content_direct_temporary;
    expect((await media.get(fresh, {})).bytes).toEqual(PIXEL);
  });

  test('of a link that was computed from the seed of SIDs alone is refused', async () => {
    const seeded = await signatureWith('the-token-of-this-server');
    expect(await signatureWith('the-token-of-this-server')).toBe(seeded);
    expect(await signatureWith('the-token-of-another-server')).not.toBe(seeded);
  });

  test('of a link without a valid signature leaves no exchange in the journal', async () => {
    const { sim, service, media } = await start();
    const { json: uploaded } = await media.upload(service);
    const { json } = await media.get(uploaded.url);
    const { length } = await sim.journal();
    for (let i = 0; i < 3; i += 1) expect((await media.get(`/ME${'1'.repeat(32)}?Expires=9`, {})).status).toBe(403);
    expect((await sim.journal()).length).toBe(length);
    await media.get(json.links.content_direct_temporary, {});
    expect((await sim.journal()).length).toBe(length + 1);
  });

  test('of a link to a world that does not exist is refused, and creates none', async () => {
    const { sim, media } = await start();
    const { status } = await media.get(
      `/ME${'1'.repeat(32)}?Expires=9&Signature=x&Key-Pair-Id=AC${'7'.repeat(32)}`,
      {},
    );
    expect(status).toBe(403);
    expect(JSON.stringify(await sim.control('worlds.list'))).not.toContain('7'.repeat(32));
  });

  test('of an unknown SID, or of one of another service or world, answers 404', async () => {
    const { sim, service, media } = await start();
    const { json } = await media.upload(service);
    const other = await createDesk(sim);
    const paths = [
      `/v1/Services/${service}/Media/ME${'9'.repeat(32)}`,
      `/v1/Services/${other.service}/Media/${sidOf(json)}`,
      `/v1/Services/${other.service}/Media/${sidOf(json)}/Content`,
    ];
    for (const path of paths) expect((await media.get(path)).json).toMatchObject({ code: 20404, status: 404 });
    expect((await mediaClient(sim.world()).get(json.url)).status).toBe(404);
  });
});

test('the journal shows media with their addresses here, and how to repeat the calls', async () => {
  const { sim, service, media } = await start();
  const { json } = await media.upload(service, PIXEL, 'image/png', '?Filename=dot.png');
  const form = new FormData();
  form.set('Media', new Blob([PIXEL]), 'dot.png');
  await media.post(`/v1/Services/${service}/Media`, form);
  const { links } = (await media.get(json.url)).json;
  await media.get(links.content_direct_temporary, {});
  const url = `/mcs/v1/Services/${service}/Media`;
  const journal = await sim.journal({ surface: 'twilio' });
  expect(journal.map(({ operation, url: path }) => [operation, path])).toEqual([
    ['uploadmedia', `${url}?Filename=dot.png`],
    ['uploadmedia', url],
    ['fetchmedia', `${url}/${json.sid}`],
    ['fetchmedialink', links.content_direct_temporary.slice(sim.url.length)],
  ]);
  const user = `-u "${sim.accountSid}:$TWILIO_AUTH_TOKEN"`;
  expect(await sim.curl({ surface: 'twilio' })).toEqual([
    `curl -X POST '${sim.url}${url}?Filename=dot.png' ${user} -H 'Content-Type: image/png' --data-binary @"$FILE"`,
    `curl -X POST '${sim.url}${url}' ${user} -F Media=@"$FILE"`,
    `curl '${sim.url}${url}/${json.sid}' ${user}`,
    `curl '${links.content_direct_temporary}'`,
  ]);
  const { lines } = await sim.control('journal.sdk', { surface: 'twilio', limit: 1 });
  expect(lines).toEqual(['// The SDK has no call for fetchmedialink.']);
  expect(JSON.stringify(await sim.control('journal.scenario'))).not.toContain('media');
});

describe('access', () => {
  test('needs Basic credentials', async () => {
    const { service, media } = await start({ authToken: 'the-auth-token' });
    for (const headers of [
      {},
      { authorization: 'Basic eDp5' },
      { authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:x`)}` },
    ]) {
      const { status, json } = await media.get(`/v1/Services/${service}/Media/ME1`, headers);
      expect([status, json['code']]).toEqual([401, 20003]);
    }
    expect((await media.upload(service)).status).toBe(201);
  });

  test('by the host of media needs no prefix, and the temporary link is Twilio’s', async () => {
    const { sim, service, media } = await start();
    const { json } = await media.upload(service);
    const { authorization } = media;
    const record = await getAs('mcs.us1.twilio.com', sim.url + json.url, { authorization });
    expect(record.status).toBe(200);
    const { links } = JSON.parse(record.body) as { links: { content_direct_temporary: string } };
    expect(links.content_direct_temporary).toMatch(/^https:\/\/media\.us1\.twilio\.com\/ME\w+\?Expires=/);
    const { pathname, search } = new URL(links.content_direct_temporary);
    const content = await getAs('media.us1.twilio.com', sim.url + pathname + search, {});
    expect(Buffer.byteLength(content.body)).toBeGreaterThan(0);
    expect(content.status).toBe(200);
    // The same path belongs to another API on the other host.
    expect((await getAs('conversations.twilio.com', sim.url + json.url, { authorization })).status).toBe(501);
  });

  test('by the official client needs its base address changed, and nothing else', async () => {
    const { sim, service, media } = await start();
    const { json } = await media.upload(service);
    const uri = `https://mcs.us1.twilio.com${json.url}`;
    const response = await twilioClientFor(sim).request({ method: 'get', uri });
    expect(response).toMatchObject({ statusCode: 200, body: { sid: json.sid, size: PIXEL.length } });
  });

  test('with another method is refused with 405', async () => {
    const { service, media } = await start();
    const { json } = await media.upload(service);
    const response = await fetch(media.base + json.url, {
      method: 'DELETE',
      headers: { authorization: media.authorization },
    });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ code: 20004 });
  });

  test('an upload is refused by --read-only', async () => {
    const sim = await startSim({ readOnly: true });
    const { status, json } = await mediaClient(sim).upload(`IS${'1'.repeat(32)}`);
    expect([status, json['code']]).toEqual([403, 990208]);
  });
});
