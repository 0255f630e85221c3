import { beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../src/app/settings.js';
import { readEnvironment, tracesRequested } from '../../src/cli/environment.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

const account = `AC${'1'.repeat(32)}`;

test('a well-formed TWILIO_ACCOUNT_SID selects the default world; a malformed one does not', () => {
  vi.stubEnv('TWILIO_ACCOUNT_SID', account);
  expect(readEnvironment().defaultAccount).toBe(account);
  vi.stubEnv('TWILIO_ACCOUNT_SID', 'AC123');
  expect(readEnvironment().defaultAccount).toBe(DEFAULT_ACCOUNT);
});

test('the first complete pair of credentials is used', () => {
  expect(readEnvironment().credentials).toBeUndefined();
  vi.stubEnv('TWILIO_ACCOUNT_SID', account);
  vi.stubEnv('TWILIO_AUTH_TOKEN', 'third');
  expect(readEnvironment().credentials).toEqual({ user: account, password: 'third' });
  vi.stubEnv('TWILIO_API_KEY', 'SK1');
  expect(readEnvironment().credentials).toEqual({ user: account, password: 'third' });
  vi.stubEnv('TWILIO_API_KEY_SECRET', 'second');
  expect(readEnvironment().credentials).toEqual({ user: 'SK1', password: 'second' });
  vi.stubEnv('TWILIO_USER', 'user');
  vi.stubEnv('TWILIO_PASS', 'first');
  expect(readEnvironment().credentials).toEqual({ user: 'user', password: 'first' });
});

test('an empty variable counts as unset', () => {
  vi.stubEnv('TWILIO_EDGE', '');
  vi.stubEnv('TWILIO_REGION', 'ie1');
  expect(readEnvironment()).toMatchObject({ edge: undefined, region: 'ie1' });
});

test.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
])('%j requests traces: %s', (variables, expected) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  expect(tracesRequested()).toBe(expected);
});
