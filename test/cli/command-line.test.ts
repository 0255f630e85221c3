import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.js';
import { DEFAULT_ACCOUNT, requireToken, type Settings } from '../../src/app/settings.js';
import { UnderstudyError } from '../../src/core/errors.js';

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^(TWILIO|UNDERSTUDY)_/.test(name)) vi.stubEnv(name, undefined);
  }
});
afterEach(() => void vi.unstubAllEnvs());

function settings(...args: string[]): Settings {
  const task = readCommandLine(args);
  if (task.name !== 'serve' && task.name !== 'mcp') throw new Error(`the task is ${task.name}`);
  return task.settings;
}

function refusal(...args: string[]): string {
  try {
    readCommandLine(args);
  } catch (error) {
    if (error instanceof CommanderError || error instanceof UnderstudyError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('without a flag, it serves this machine, quietly and without a token', () => {
  expect(readCommandLine([])).toEqual({
    name: 'serve',
    settings: {
      host: '127.0.0.1',
      logLevel: 'warn',
      strict: false,
      checkAnswers: true,
      dataFile: undefined,
      defaultAccount: DEFAULT_ACCOUNT,
      mode: 'simulate',
      passCredentials: false,
      rewriteUrls: true,
      readOnly: false,
      dryRun: false,
      scrub: false,
      webhooks: { allow: [], map: [] },
      limits: {},
      traces: false,
      secrets: [],
    },
  });
});

const flags: [flag: string, value: string, key: keyof Settings, expected: unknown][] = [
  ['--host', '127.0.0.2', 'host', '127.0.0.2'],
  ['--host', '::1', 'host', '::1'],
  ['--rest-port', '0', 'restPort', 0],
  ['--mcp-port', '65535', 'mcpPort', 65535],
  ['--log-level', 'debug', 'logLevel', 'debug'],
  ['--public-url', 'https://twilio.example.com/', 'publicUrl', 'https://twilio.example.com'],
  ['--auth-token', 'a-secret', 'authToken', 'a-secret'],
  ['--token', 'a-secret', 'token', 'a-secret'],
  ['--data', 'worlds.json', 'dataFile', 'worlds.json'],
  ['--seed', 'support-desk', 'seed', 'support-desk'],
  ['--rng-seed', '7', 'rngSeed', '7'],
  ['--clock', '2026-01-01T00:00:00Z', 'clock', '2026-01-01T00:00:00Z'],
  ['--clock', 'auto', 'clock', 'auto'],
  ['--mcp-tools', 'read-only', 'mcpTools', 'read-only'],
  ['--mode', 'live', 'mode', 'live'],
  ['--upstream', 'https://twilio.example.com', 'upstream', 'https://twilio.example.com'],
  ['--allow', 'fetchservice, listservice', 'allow', ['fetchservice', 'listservice']],
  ['--cassette', 'one.json', 'cassette', 'one.json'],
  ['--max-age', '30d', 'maxAge', 30 * 24 * 3_600_000],
  ['--timeout', '2.5', 'limits', { timeout: 2500 }],
  ['--connections', '8', 'limits', { connections: 8 }],
  ['--drain', '20', 'drain', 20_000],
];

test.each(flags)('%s %s is understood, and so is its variable', (flag, value, key, expected) => {
  expect(settings('serve', flag, value)[key]).toEqual(expected);
  vi.stubEnv(`UNDERSTUDY_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`, value);
  expect(settings()[key]).toEqual(expected);
});

test('a flag wins over its variable', () => {
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
])('a switch may be set to %s by its variable', (text, expected) => {
  vi.stubEnv('UNDERSTUDY_STRICT', text);
  vi.stubEnv('UNDERSTUDY_CHECK_ANSWERS', text);
  expect(settings()).toMatchObject({ strict: expected, checkAnswers: expected });
});

describe('what is wrong is named, with what is allowed', () => {
  test.each([
    [['--rest-port', 'x'], /--rest-port.*0 to 65535/],
    [['--rest-port', '65536'], /--rest-port.*0 to 65535/],
    [['--mcp-port', '-1'], /--mcp-port.*0 to 65535/],
    [['--rest-port', '1e3'], /--rest-port.*0 to 65535/],
    [['--host', 'a b'], /--host.*IP address or a host name/],
    [['--host', ''], /--host/],
    [['--log-level', 'loud'], /--log-level.*debug/],
    [['--public-url', 'twilio.example.com'], /--public-url.*http or https origin/],
    [['--public-url', 'https://a.example/path'], /--public-url.*without a path/],
    [['--public-url', 'https://user:pass@a.example'], /--public-url/],
    [['--clock', 'yesterday'], /--clock.*2026-01-01T00:00:00Z/],
    [['--clock', '2026-13-01T00:00:00Z'], /--clock/],
    [['--seed', ''], /--seed.*empty/],
    [['--prot', '1'], /unknown option '--prot'/],
    [['--rest-prot', '1'], /unknown option '--rest-prot'\s.*--rest-port/],
    [['sreve'], /no command "sreve"/],
    [['seed', 'generate', '--conversations', '1', '--messages', '1'], /--rng-seed/],
    [['seed', 'generate', '--conversations', 'x', '--messages', '1', '--rng-seed', 's'], /whole number/],
    [['mcp', '--rest-port', '1'], /unknown option '--rest-port'/],
  ])('%j', (args, expected) => {
    expect(refusal(...args)).toMatch(expected);
  });

  test('a bad variable is named as a variable', () => {
    vi.stubEnv('UNDERSTUDY_REST_PORT', 'x');
    expect(refusal()).toMatch(/UNDERSTUDY_REST_PORT.*0 to 65535/);
    vi.stubEnv('UNDERSTUDY_REST_PORT', '1');
    vi.stubEnv('UNDERSTUDY_STRICT', 'perhaps');
    expect(refusal()).toMatch(/UNDERSTUDY_STRICT must be true or false/);
  });
});

describe('a bind that other machines can reach', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'understudy.example'])('%s demands a token', (host) => {
    expect(() => requireToken(settings('--host', host))).toThrow(`--host ${host}: set --token`);
    expect(() => requireToken(settings('--host', host, '--token', 'a-secret'))).not.toThrow();
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s is none', (host) => {
    expect(() => requireToken(settings('--host', host))).not.toThrow();
  });
});

describe('a secret that callers must show', () => {
  test.each(['--token', '--auth-token'])('%s is refused when it is short, and the refusal does not show it', (flag) => {
    const reason = /^(?!.*hunter2).*must have at least 8 characters/;
    expect(() => readCommandLine([flag, 'hunter2'])).toThrow(reason);
    expect(() => readCommandLine([flag, 'hunter2'])).toThrow(flag);
    vi.stubEnv(`UNDERSTUDY_${flag.slice(2).toUpperCase().replace('-', '_')}`, 'hunter2');
    expect(() => readCommandLine([])).toThrow(reason);
  });
});

describe('credentials in the environment', () => {
  const account = `AC${'1'.repeat(32)}`;

  test('a well-formed account SID names the default world, another does not', () => {
    vi.stubEnv('TWILIO_ACCOUNT_SID', account);
    expect(settings().defaultAccount).toBe(account);
    vi.stubEnv('TWILIO_ACCOUNT_SID', 'AC123');
    expect(settings().defaultAccount).toBe(DEFAULT_ACCOUNT);
  });

  test('the first pair that is whole is for upstream', () => {
    vi.stubEnv('TWILIO_ACCOUNT_SID', account);
    vi.stubEnv('TWILIO_AUTH_TOKEN', 'third');
    expect(settings().credentials).toEqual({ user: account, password: 'third' });
    vi.stubEnv('TWILIO_API_KEY', 'SK1');
    expect(settings().credentials).toEqual({ user: account, password: 'third' });
    vi.stubEnv('TWILIO_API_KEY_SECRET', 'second');
    expect(settings().credentials).toEqual({ user: 'SK1', password: 'second' });
    vi.stubEnv('TWILIO_USER', 'user');
    vi.stubEnv('TWILIO_PASS', 'first');
    expect(settings().credentials).toEqual({ user: 'user', password: 'first' });
  });

  test('every secret is on the list of what to hide', () => {
    vi.stubEnv('TWILIO_PASS', 'one');
    vi.stubEnv('TWILIO_AUTH_TOKEN', 'two');
    expect(settings('--token', 'the third', '--auth-token', 'the fourth').secrets.toSorted()).toEqual([
      'one',
      'the fourth',
      'the third',
      'two',
    ]);
  });
});

test('the other commands are understood', () => {
  expect(readCommandLine(['mcp', '--seed', 'x'])).toMatchObject({ name: 'mcp', settings: { seed: 'x' } });
  expect(readCommandLine(['capability', 'validate', 'f.yaml', '--strict', '--json'])).toEqual({
    name: 'validate',
    file: 'f.yaml',
    strict: true,
    json: true,
  });
  const args = ['--conversations', '2', '--messages', '3', '--rng-seed', 's', '--out', 'f.yaml'];
  expect(readCommandLine(['seed', 'generate', ...args])).toEqual({
    name: 'generate',
    conversations: 2,
    messages: 3,
    rngSeed: 's',
    out: 'f.yaml',
  });
});

test('webhooks may be allowed off this machine, and sent elsewhere', () => {
  const args = [
    '--webhook-allow',
    'app, Hooks.example.com',
    '--webhook-url-map',
    'https://a.example=http://127.0.0.1:3000',
  ];
  expect(readCommandLine([...args, '--webhook-url-map', 'https://b.example=http://app:1'])).toMatchObject({
    settings: {
      webhooks: {
        allow: ['app', 'hooks.example.com'],
        map: [
          { from: 'https://a.example', to: 'http://127.0.0.1:3000' },
          { from: 'https://b.example', to: 'http://app:1' },
        ],
      },
    },
  });
  expect(() => readCommandLine(['--webhook-url-map', 'https://a.example'])).toThrow('It must be two URLs');
});
