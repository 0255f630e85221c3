import { beforeAll, expect, test } from 'vitest';
import { createTestUnderstudy } from '../helpers/understudy.js';
import buildPage from './build-page.js';

beforeAll(buildPage);

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

test('the page is there, with a policy that lets only its own files in', async () => {
  const { http } = await createTestUnderstudy();
  const answer = await http.inject('/__understudy/');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const rule of policy) expect(answer.headers['content-security-policy']).toContain(rule);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.body).not.toMatch(/https?:|<script(?![^>]*src=)|style=/);
});

test('every file that the page names is there, and may be kept for good', async () => {
  const { http } = await createTestUnderstudy();
  const { body } = await http.inject('/__understudy/');
  const files = [...body.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const answer = await http.inject(`/__understudy/${file}`);
    expect(answer.statusCode, `${file}`).toBe(200);
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  }
});

test('the page without a slash at its end leads to the one with it', async () => {
  const { http } = await createTestUnderstudy();
  const answer = await http.inject('/__understudy');
  expect(answer.statusCode).toBe(308);
  expect(answer.headers.location).toBe('/__understudy/');
});

test('an unchanged page is not sent again', async () => {
  const { http } = await createTestUnderstudy();
  const { headers } = await http.inject('/__understudy/');
  const again = await http.inject({ url: '/__understudy/', headers: { 'if-none-match': String(headers.etag) } });
  expect(again.statusCode).toBe(304);
  expect(again.body).toBe('');
});

test.each(['..%2Findex.html', '%2e%2e%2f%2e%2e%2fmain.js', 'nothing.js', '.'])(
  '%s is no file of the page',
  async (name) => {
    const { http } = await createTestUnderstudy();
    const answer = await http.inject(`/__understudy/inspector/${name}`);
    expect([400, 404]).toContain(answer.statusCode);
  },
);

test('a token guards what the page shows, and not the page, which holds nothing', async () => {
  const { http } = await createTestUnderstudy({ token: 'secret-token' });
  expect((await http.inject('/__understudy/')).statusCode).toBe(200);
  expect((await http.inject('/__understudy/events')).statusCode).toBe(401);
  expect((await http.inject('/__understudy/conversations/list')).statusCode).toBe(401);
});

test('a name that is not of this machine is refused: a page elsewhere could have made it up', async () => {
  const { http } = await createTestUnderstudy();
  const answer = await http.inject({ url: '/__understudy/', headers: { host: 'evil.example' } });
  expect(answer.statusCode).toBe(403);
});
