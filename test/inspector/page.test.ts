import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { createTestUnderstudy } from '../helpers/understudy.js';
import buildPage from './build-page.js';

beforeAll(buildPage);

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

test('the page is served with a policy that allows only its own files', async () => {
  const { http } = await createTestUnderstudy();
  const response = await http.inject('/__understudy/');
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const rule of contentSecurityPolicy) expect(response.headers['content-security-policy']).toContain(rule);
  expect(response.headers['x-content-type-options']).toBe('nosniff');
  expect(response.body).not.toMatch(/https?:|<script(?![^>]*src=)|style=/);
});

test('every file that the page references is served and may be cached forever', async () => {
  const { http } = await createTestUnderstudy();
  const { body } = await http.inject('/__understudy/');
  const files = [...body.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const response = await http.inject(`/__understudy/${file}`);
    expect(response.statusCode, `${file}`).toBe(200);
    expect(response.headers['cache-control']).toContain('immutable');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  }
});

test('files are sent compressed to clients that accept it, and all scripts together have at most 80 KB', async () => {
  const { http } = await createTestUnderstudy();
  const { body } = await http.inject('/__understudy/');
  const scripts = [...body.matchAll(/src="\.\/([^"]+\.js)"/g)].map(([, file]) => file);
  let total = 0;
  for (const file of scripts) {
    const url = `/__understudy/${file}`;
    const plain = await http.inject(url);
    const zipped = await http.inject({ url, headers: { 'accept-encoding': 'br, gzip' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(zipped.rawPayload).equals(plain.rawPayload)).toBe(true);
    total += zipped.rawPayload.length;
  }
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThanOrEqual(80 * 1024);
  const refused = await http.inject({ url: `/__understudy/${scripts[0]}`, headers: { 'accept-encoding': 'gzip;q=0' } });
  expect(refused.headers['content-encoding']).toBeUndefined();
});

test('the URL without a trailing slash redirects to the one with it', async () => {
  const { http } = await createTestUnderstudy();
  const response = await http.inject('/__understudy');
  expect(response.statusCode).toBe(308);
  expect(response.headers.location).toBe('/__understudy/');
});

test('the root leads a browser to the page, and answers an API client with 404', async () => {
  const { http } = await createTestUnderstudy();
  const browser = await http.inject({ url: '/', headers: { accept: 'text/html,application/xhtml+xml' } });
  expect([browser.statusCode, browser.headers.location]).toEqual([302, '/__understudy/']);
  const client = await http.inject({ url: '/', headers: { accept: 'application/json' } });
  expect(client.statusCode).toBe(404);
  expect(client.json()).toMatchObject({ code: 20404 });
});

test('a request with the current etag is answered with 304', async () => {
  const { http } = await createTestUnderstudy();
  const { headers } = await http.inject('/__understudy/');
  const second = await http.inject({ url: '/__understudy/', headers: { 'if-none-match': String(headers.etag) } });
  expect(second.statusCode).toBe(304);
  expect(second.body).toBe('');
});

test.each(['..%2Findex.html', '%2e%2e%2f%2e%2e%2fmain.js', 'nothing.js', '.'])(
  '%s is not served as a file of the page',
  async (name) => {
    const { http } = await createTestUnderstudy();
    const response = await http.inject(`/__understudy/inspector/${name}`);
    expect([400, 404]).toContain(response.statusCode);
  },
);

test('a token protects the data of the page, and not the page itself', async () => {
  const { http } = await createTestUnderstudy({ token: 'secret-token' });
  expect((await http.inject('/__understudy/')).statusCode).toBe(200);
  expect((await http.inject('/__understudy/events')).statusCode).toBe(401);
  expect((await http.inject('/__understudy/conversations/list')).statusCode).toBe(401);
});

test('a request with a foreign Host header is rejected, which rules out DNS rebinding', async () => {
  const { http } = await createTestUnderstudy();
  const response = await http.inject({ url: '/__understudy/', headers: { host: 'evil.example' } });
  expect(response.statusCode).toBe(403);
});
