import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newFile } from '../cassette/harness.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../../helpers/understudy.js';
import { type Behaviour, reset, startUpstream } from '../../helpers/upstream.js';
import { SERVICE } from './harness.js';

const SECRET = 'planted-"surface"-pässword-33e7';
const CALLERS_PASSWORD = 'callers-own-password-0b4d';

/** Echoes the credentials that it received, in several encodings. */
const echo: Behaviour = (response, { headers, count }) => {
  const authorization = headers.authorization ?? '';
  const clear = Buffer.from(authorization.slice(6), 'base64').toString();
  const password = clear.slice(clear.indexOf(':') + 1);
  const text = JSON.stringify({
    authorization,
    clear,
    encoded: encodeURIComponent(clear),
    lower: encodeURIComponent(password).toLowerCase(),
    base64: Buffer.from(password).toString('base64'),
    hex: Buffer.from(password).toString('hex'),
  });
  response.writeHead([200, 429, 500, 401][count % 4] ?? 200, {
    'x-echo': encodeURI(clear),
    'twilio-request-id': 'RQ1',
  });
  response.end(text);
};

test('no secret appears in the log, journal, metrics, health page, cassette or errors', async () => {
  const cassette = newFile();
  const rest = `/v1/v1/services/${SERVICE}`;
  const upstream = await startUpstream(echo);
  const { http, mcp, engine, journal, log, close } = await createTestUnderstudy({
    mode: 'record',
    cassette,
    upstream: upstream.origin,
    credentials: { user: ACCOUNT, password: SECRET },
    limits: { answerTimeout: 20_000, retryPause: 1, retries: 1, breakerMinimum: 40 },
    logLevel: 'trace',
    token: 'front-door-secret',
    secrets: ['front-door-secret'],
  });
  const headers = { authorization: 'Bearer front-door-secret', 'understudy-token': 'front-door-secret' };
  for (let call = 0; call < 8; call++) {
    await http.inject({ url: rest, headers });
    await http.inject({ url: `/v1/Services/${SERVICE}`, headers: basic(ACCOUNT, 'front-door-secret') });
  }
  upstream.behave(reset);
  const failure = await http.inject({ url: rest, headers });
  await mcp.inject({
    method: 'POST',
    url: '/mcp',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } },
  });
  await engine.settled();
  const outputs = [JSON.stringify(log), JSON.stringify(journal.entries()), failure.body];
  for (const path of ['health', 'health/ready', 'metrics', 'journal']) {
    outputs.push((await http.inject({ url: `/__understudy/${path}`, headers })).body);
  }
  await close();
  outputs.push(readFileSync(cassette, 'utf8'));
  expect(outputs.at(-1)).toContain('"operation": "fetchservice"');
  const secrets = [SECRET, 'front-door-secret', CALLERS_PASSWORD];
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    Buffer.from(`${ACCOUNT}:${secret}`).toString('base64'),
    encodeURIComponent(secret).toLowerCase(),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ]);
  for (const text of outputs) for (const form of forms) expect(text.includes(form)).toBe(false);
});
