import { CommanderError } from 'commander';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_ACCOUNT, type Settings } from '../../src/app/settings.js';
import { readSettings } from '../../src/cli/command-line.js';
import { mcp } from '../../src/cli/mcp.js';
import { serve } from '../../src/cli/serve.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

const settings = (...args: string[]): Settings => readSettings(serve, args);

function errorMessage(...args: string[]): string {
  try {
    settings(...args);
  } catch (error) {
    if (error instanceof CommanderError || error instanceof UnderstudyError) return error.message;
    throw error;
  }
  throw new Error(`${args.join(' ')} was accepted`);
}

test('without flags, serve listens on this machine only and logs warnings', () => {
  expect(settings()).toEqual({
    host: '127.0.0.1',
    logLevel: 'warn',
    strict: false,
    checkAnswers: true,
    defaultService: true,
    sync: 'interval',
    dataFile: undefined,
    detach: false,
    defaultAccount: DEFAULT_ACCOUNT,
    mode: 'simulate',
    passCredentials: false,
    rewriteUrls: true,
    readOnly: false,
    passthrough: true,
    dryRun: false,
    scrub: false,
    webhooks: { allow: [], map: [], queue: 1000, maxWait: 600_000 },
    limits: {},
    traces: false,
    watch: false,
    workers: 1,
    offline: false,
    stateFolder: expect.any(String),
    secrets: [],
  });
});

const flags: [flag: string, value: string, key: keyof Settings, expected: unknown][] = [
  ['--store', 'postgres://u:p@db.example.com/worlds', 'store', 'postgres://u:p@db.example.com/worlds'],
  ['--host', '127.0.0.2', 'host', '127.0.0.2'],
  ['--host', '::1', 'host', '::1'],
  ['--rest-port', '0', 'restPort', 0],
  ['--mcp-port', '65535', 'mcpPort', 65535],
  ['--proxy-port', '8888', 'proxyPort', 8888],
  ['--tls-port', '0', 'tlsPort', 0],
  ['--tls-cert', 'cert.pem', 'tlsCert', 'cert.pem'],
  ['--allow-twilio', 'api.twilio.com, lookups.twilio.com', 'allowTwilio', ['api.twilio.com', 'lookups.twilio.com']],
  ['--log-level', 'debug', 'logLevel', 'debug'],
  ['--sync', 'always', 'sync', 'always'],
  ['--public-url', 'https://twilio.example.com/', 'publicUrl', 'https://twilio.example.com'],
  ['--auth-token', 'a-secret', 'authToken', 'a-secret'],
  ['--token', 'a-secret', 'token', 'a-secret'],
  ['--data', 'worlds.json', 'dataFile', 'worlds.json'],
  ['--seed', 'support-desk', 'seed', 'support-desk'],
  ['--rng-seed', '7', 'rngSeed', '7'],
  ['--clock', '2026-01-01T00:00:00Z', 'clock', '2026-01-01T00:00:00Z'],
  ['--clock', 'auto', 'clock', 'auto'],
  ['--mcp-tools', 'read-only', 'mcpTools', 'read-only'],
  ['--capability', 'a.yaml, b.yaml', 'capabilityFiles', ['a.yaml', 'b.yaml']],
  ['--mode', 'live', 'mode', 'live'],
  ['--upstream', 'https://twilio.example.com', 'upstream', 'https://twilio.example.com'],
  ['--allow', 'fetchservice, listservice', 'allow', ['fetchservice', 'listservice']],
  ['--cassette', 'one.json', 'cassette', 'one.json'],
  ['--max-age', '30d', 'maxAge', 30 * 24 * 3_600_000],
  ['--timeout', '2.5', 'limits', { timeout: 2500 }],
  ['--connections', '8', 'limits', { connections: 8 }],
  ['--drain', '20', 'drain', 20_000],
  ['--max-heap', '512', 'maxHeap', 512 * 1024 * 1024],
  ['--webhook-queue', '5', 'webhooks', { allow: [], map: [], queue: 5, maxWait: 600_000 }],
  ['--webhook-max-wait', '2', 'webhooks', { allow: [], map: [], queue: 1000, maxWait: 2000 }],
  ['--lame-duck', '2.5', 'lameDuck', 2500],
  ['--lame-duck', '0', 'lameDuck', 0],
];

test.each(flags)('%s %s sets the same value as its environment variable', (flag, value, key, expected) => {
  expect(settings(flag, value)[key]).toEqual(expected);
  vi.stubEnv(`UNDERSTUDY_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`, value);
  expect(settings()[key]).toEqual(expected);
});

test('--capability is repeatable, and --no-default-service removes the default service', () => {
  const given = settings('--capability', 'a.yaml', '--capability', 'b.yaml', '--no-default-service');
  expect(given).toMatchObject({ capabilityFiles: ['a.yaml', 'b.yaml'], defaultService: false });
});

test('a flag overrides its environment variable', () => {
  vi.stubEnv('UNDERSTUDY_REST_PORT', '1');
  vi.stubEnv('UNDERSTUDY_STRICT', 'true');
  vi.stubEnv('UNDERSTUDY_CHECK_ANSWERS', 'true');
  expect(settings('--rest-port', '2', '--no-check-answers')).toMatchObject({
    restPort: 2,
    strict: true,
    checkAnswers: false,
  });
});

test.each([
  ['true', true],
  ['1', true],
  ['YES', true],
  ['false', false],
  ['0', false],
  ['off', false],
])('the value %s of a variable sets an on-off flag', (text, expected) => {
  vi.stubEnv('UNDERSTUDY_STRICT', text);
  vi.stubEnv('UNDERSTUDY_CHECK_ANSWERS', text);
  expect(settings()).toMatchObject({ strict: expected, checkAnswers: expected });
});

test('webhooks may call other hosts, and their URLs may be replaced', () => {
  const args = [
    '--webhook-allow',
    'app, Hooks.example.com',
    '--webhook-url-map',
    'https://a.example=http://127.0.0.1:3000',
    '--webhook-url-map',
    'https://b.example=http://app:1',
  ];
  expect(settings(...args).webhooks).toEqual({
    queue: 1000,
    maxWait: 600_000,
    allow: ['app', 'hooks.example.com'],
    map: [
      { from: 'https://a.example', to: 'http://127.0.0.1:3000' },
      { from: 'https://b.example', to: 'http://app:1' },
    ],
  });
  expect(errorMessage('--webhook-url-map', 'https://a.example')).toContain('must be two URLs');
});

describe('an invalid value is refused with the allowed values', () => {
  test.each([
    [['--rest-port', 'x'], /--rest-port.*0 to 65535/],
    [['--rest-port', '65536'], /--rest-port.*0 to 65535/],
    [['--mcp-port', '-1'], /--mcp-port.*0 to 65535/],
    [['--rest-port', '1e3'], /--rest-port.*0 to 65535/],
    [['--host', 'a b'], /--host.*IP address or a host name/],
    [['--host', ''], /--host/],
    [['--log-level', 'loud'], /--log-level.*debug/],
    [['--sync', 'sometimes'], /--sync.*always, interval, never/],
    [['--public-url', 'twilio.example.com'], /--public-url.*http or https origin/],
    [['--public-url', 'https://a.example/path'], /--public-url.*without a path/],
    [['--public-url', 'https://user:pass@a.example'], /--public-url/],
    [['--clock', 'yesterday'], /--clock.*2026-01-01T00:00:00Z/],
    [['--clock', '2026-13-01T00:00:00Z'], /--clock/],
    [['--seed', ''], /--seed.*empty/],
    [['--prot', '1'], /unknown option '--prot'/],
    [['--rest-prot', '1'], /unknown option '--rest-prot'\s.*--rest-port/],
  ])('%j', (args, expected) => {
    expect(errorMessage(...args)).toMatch(expected);
  });

  test('also in a variable', () => {
    vi.stubEnv('UNDERSTUDY_REST_PORT', 'x');
    expect(errorMessage()).toMatch(/UNDERSTUDY_REST_PORT.*0 to 65535/);
    vi.stubEnv('UNDERSTUDY_REST_PORT', '1');
    vi.stubEnv('UNDERSTUDY_STRICT', 'perhaps');
    expect(errorMessage()).toMatch(/UNDERSTUDY_STRICT must be true or false/);
  });
});

test.each(['--token', '--auth-token'])('%s must be long, and the error does not show its value', (flag) => {
  const reason = /^(?!.*hunter2).*must have at least 8 characters/;
  expect(errorMessage(flag, 'hunter2')).toMatch(reason);
  expect(errorMessage(flag, 'hunter2')).toContain(flag);
  vi.stubEnv(`UNDERSTUDY_${flag.slice(2).toUpperCase().replace('-', '_')}`, 'hunter2');
  expect(errorMessage()).toMatch(reason);
});

test('every secret from flags and environment will be hidden', () => {
  vi.stubEnv('TWILIO_PASS', 'one');
  vi.stubEnv('TWILIO_AUTH_TOKEN', 'two');
  expect(settings('--token', 'the third', '--auth-token', 'the fourth').secrets.toSorted()).toEqual([
    'one',
    'the fourth',
    'the third',
    'two',
  ]);
});

test('mcp takes the flags of serve, except those for the network', () => {
  expect(readSettings(mcp, ['--seed', 'x'])).toMatchObject({ seed: 'x' });
  expect(() => readSettings(mcp, ['--rest-port', '1'])).toThrow("unknown option '--rest-port'");
});

test.each([
  ['mysql://u:correct-horse@db.example.com/worlds', '--store (or UNDERSTUDY_STORE) must be the URL'],
  ['postgres://u:correct-horse@db.example.com', '--store (or UNDERSTUDY_STORE) must be the URL'],
  ['postgres://u:correct-horse%@db.example.com/worlds', 'Write % in a user or password as %25'],
  ['u:correct-horse@db.example.com', '--store (or UNDERSTUDY_STORE) must be the URL'],
])('an invalid URL of a database is refused without showing it: %s', (url, expected) => {
  const message = errorMessage('--store', url);
  expect(message).toContain(expected);
  expect(message).not.toContain('correct-horse');
});

test('worlds are kept either in a file or in a database', () => {
  expect(errorMessage('--data', 'a.json', '--store', 'postgres://db.example.com/worlds')).toContain(
    'exclude each other',
  );
});
