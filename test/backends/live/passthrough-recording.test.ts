import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/app/settings.js';
import { newFile } from '../cassette/harness.js';
import { basic, createTestUnderstudy } from '../../helpers/understudy.js';
import { PASSWORD, start } from './passthrough-harness.js';

describe('a recording', () => {
  const form = { ...basic(), 'content-type': 'application/x-www-form-urlencoded' };

  async function record(settings: Partial<Settings> = {}) {
    const cassette = newFile();
    const binary = Buffer.from([0, 255, 1, 254]);
    const { http, close } = await start(
      { mode: 'record', cassette, ...settings },
      (response, { method, url, body }) => {
        if (url === '/v2/Bytes') return response.writeHead(200, { 'content-type': 'image/png' }).end(binary);
        return response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ method, url, body }));
      },
    );
    const first = await http.inject({ method: 'PUT', url: '/v2/Things/TH1?a=1', headers: form, payload: 'A=1&B=ann' });
    const second = await http.inject({ method: 'PUT', url: '/v2/Things/TH1?a=1', headers: form, payload: 'A=2' });
    const bytes = await http.inject({ url: '/v2/Bytes', headers: basic() });
    await close();
    expect(bytes.rawPayload).toEqual(binary);
    return { cassette, first, second, binary };
  }

  test('keeps these exchanges, and a replay finds them by method, path, query and body', async () => {
    const { cassette, first, second, binary } = await record();
    expect(readFileSync(cassette, 'utf8')).not.toContain(PASSWORD);
    const { http, journal } = await createTestUnderstudy({ mode: 'replay', cassette });
    const replay = (payload: string, url = '/v2/Things/TH1?a=1') =>
      http.inject({ method: 'PUT', url, headers: form, payload });
    expect((await replay('A=2')).json()).toEqual(second.json());
    expect((await replay('A=1&B=ann')).json()).toEqual(first.json());
    expect((await http.inject({ url: '/v2/Bytes', headers: basic() })).rawPayload).toEqual(binary);
    expect(journal.entries()[0]).toMatchObject({ operation: 'passthrough', url: '/v2/Things/TH1?a=1', status: 200 });
  });

  test('has no exchange for another path, and the error, the log, the journal and a header say so', async () => {
    const { cassette } = await record();
    const { http, journal, log } = await createTestUnderstudy({ mode: 'replay', cassette });
    const response = await http.inject({ url: '/v2/Other', headers: basic() });
    const message = expect.stringContaining('has no recording of `GET /v2/Other`');
    expect(response.json()).toMatchObject({ status: 404, code: 990301, message });
    expect(response.headers['understudy-error']).toBe('UNDERSTUDY_CASSETTE_MISS');
    expect(journal.entries()).toMatchObject([{ operation: 'passthrough', status: 404, answer: { code: 990301 } }]);
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn', msg: message }));
  });

  test('that is scrubbed keeps the words of Twilio in a path, and no identity', async () => {
    const cassette = newFile();
    const { http, close } = await start({ mode: 'record', cassette, scrub: true });
    const url = `/v2/Users/ann%40example.com/Things/TH${'1'.repeat(32)}`;
    await http.inject({ url, headers: basic() });
    await close();
    const text = readFileSync(cassette, 'utf8');
    expect(text).toContain('"Things"');
    expect(text).not.toMatch(/ann(?:%40|@)/);
    const { http: replay } = await createTestUnderstudy({ mode: 'replay', cassette });
    expect((await replay.inject({ url, headers: basic() })).json()).toEqual({ ok: true });
    const other = await replay.inject({ url: url.replace('Things', 'Others'), headers: basic() });
    expect(other.statusCode).toBe(404);
  });
});
