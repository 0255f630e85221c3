import { expect, test } from 'vitest';
import { requireToken } from '../../src/app/require-token.js';
import { defaultSettings } from '../../src/app/settings.js';

const token = 'a-secret';
const publicUrl = 'https://twilio.example.com';

test.each(['0.0.0.0', '::', '192.168.1.5', 'understudy.example'])('listening on %s requires a token', (host) => {
  expect(() => requireToken({ ...defaultSettings, host })).toThrow(`--host ${host}: set --token`);
  expect(() => requireToken({ ...defaultSettings, host, token })).not.toThrow();
});

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('listening on %s does not', (host) => {
  expect(() => requireToken({ ...defaultSettings, host })).not.toThrow();
});

test('a public URL requires a token only if calls reach Twilio', () => {
  for (const mode of ['live', 'record'] as const) {
    expect(() => requireToken({ ...defaultSettings, mode, publicUrl })).toThrow(`--public-url ${publicUrl}`);
    expect(() => requireToken({ ...defaultSettings, mode, publicUrl, token })).not.toThrow();
    expect(() => requireToken({ ...defaultSettings, mode, publicUrl: 'http://localhost:1' })).not.toThrow();
  }
  for (const mode of ['simulate', 'replay'] as const) {
    expect(() => requireToken({ ...defaultSettings, mode, publicUrl })).not.toThrow();
  }
});
