import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Settings } from '../../src/app/settings.js';
import { readCommandLine } from '../../src/cli/command-line.js';
import { config } from '../../src/cli/config.js';
import { contract } from '../../src/cli/contract/commands.js';
import { control } from '../../src/cli/control.js';
import { exec } from '../../src/cli/exec.js';
import { mcp } from '../../src/cli/mcp.js';
import { serve } from '../../src/cli/serve.js';
import { tail } from '../../src/cli/tail.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

const commands = [serve, mcp, control, exec, tail, contract, config];

/** A project whose config file has the text. Commands run in a folder below it. */
function project(text: string): string {
  const root = mkdtempSync(join(tmpdir(), 'understudy-config-'));
  writeFileSync(join(root, 'understudy.config.yaml'), text);
  mkdirSync(join(root, 'a/b'), { recursive: true });
  vi.spyOn(process, 'cwd').mockReturnValue(join(root, 'a/b'));
  onTestFinished(() => void vi.restoreAllMocks());
  return root;
}

const read = (...args: string[]) => readCommandLine(args, commands).settings as Settings & Record<string, unknown>;

describe('a value in the file', () => {
  test('sets the flag of that name, from any folder below', () => {
    project(
      'rest-port: 8090\nclock: manual\nread-only: true\ncheck-answers: false\ntimeout: 2.5\nallow: [listservice, fetchservice]\n',
    );
    expect(read('serve')).toMatchObject({
      restPort: 8090,
      clock: 'manual',
      readOnly: true,
      checkAnswers: false,
      limits: { timeout: 2500 },
      allow: ['listservice', 'fetchservice'],
    });
    expect(read()).toMatchObject({ restPort: 8090 });
    expect(read('mcp')).toMatchObject({ clock: 'manual' });
  });

  test('is overridden by a variable, and both by a flag', () => {
    project('clock: manual\nread-only: true\nlog-level: error\n');
    vi.stubEnv('UNDERSTUDY_CLOCK', 'auto');
    vi.stubEnv('UNDERSTUDY_READ_ONLY', 'false');
    expect(read('serve')).toMatchObject({ clock: 'auto', readOnly: false, logLevel: 'error' });
    expect(read('serve', '--clock', 'real', '--read-only', '--log-level', 'info')).toMatchObject({
      clock: 'real',
      readOnly: true,
      logLevel: 'info',
    });
  });

  test('names files relative to the config file, and seeds by name', () => {
    const root = project('seed: desk.yaml\ndata: state/world.json\ncapability: [one.yaml, two.yaml]\n');
    writeFileSync(join(root, 'desk.yaml'), '');
    expect(read('serve')).toMatchObject({
      seed: join(root, 'desk.yaml'),
      dataFile: join(root, 'state/world.json'),
      capabilityFiles: [join(root, 'one.yaml'), join(root, 'two.yaml')],
    });
    project('seed: support-desk\n');
    expect(read('serve').seed).toBe('support-desk');
  });

  test('in a section sets the flag of that command only', () => {
    project('clock: manual\ncontract:\n  parallel: 2\n  left: live\ntail:\n  webhooks: false\n  lines: 5\n');
    expect(read('contract')).toMatchObject({ parallel: 2, left: 'live' });
    expect(read('contract', '--left', 'replay')).toMatchObject({ parallel: 2, left: 'replay' });
    expect(read('tail')).toMatchObject({ webhooks: false, lines: 5 });
    expect(read('serve')).not.toHaveProperty('parallel');
  });

  test('for the port leads commands that call the server to it, but not a server of exec', () => {
    project('rest-port: 8090\nclock: manual\n');
    expect(read('tail').url).toBe('http://127.0.0.1:8090');
    expect(read('tail', '--url', 'http://127.0.0.1:1').url).toBe('http://127.0.0.1:1');
    expect(read('exec', '--', 'node').url).toBe('http://127.0.0.1:8090');
    expect(read('exec', '--serve', '--', 'node').server).toMatchObject({ restPort: 0, clock: 'manual' });
  });
});

describe('the file', () => {
  test('can be given by --config and by its variable', () => {
    project('clock: manual\n');
    const other = join(mkdtempSync(join(tmpdir(), 'understudy-config-')), 'other.yaml');
    writeFileSync(other, 'clock: auto\n');
    expect(read('serve', '--config', other).clock).toBe('auto');
    vi.stubEnv('UNDERSTUDY_CONFIG', other);
    expect(read('serve').clock).toBe('auto');
  });

  test('is not looked for above the root of a repository', () => {
    const root = project('clock: manual\n');
    mkdirSync(join(root, 'a/.git'));
    expect(read('serve').clock).toBeUndefined();
  });

  test('may be empty', () => {
    project('# nothing yet\n');
    expect(read('serve').restPort).toBeUndefined();
  });

  test.skipIf(process.getuid === undefined)(
    'of another user, in a folder that anybody can write to, is not used',
    () => {
      const root = project('clock: manual\n');
      chmodSync(root, 0o777);
      vi.spyOn(process, 'getuid').mockReturnValue(12_345);
      expect(() => read('serve')).toThrow('belongs to another user');
      expect(read('serve', '--config', join(root, 'understudy.config.yaml')).clock).toBe('manual');
    },
  );

  test.each([
    ['token: abcdefgh', ':1: `token` is a secret, which does not belong in this file: set UNDERSTUDY_TOKEN instead'],
    ['clock: real\nauth-token: abcdefgh', ':2: `auth-token` is a secret'],
    ['control:\n  token: abcdefgh', ':2: `token` is a secret'],
    ['store: postgres://u:abcdefgh@db.example.com/worlds', ':1: `store` contains a secret'],
    ['store: postgres://db.example.com/worlds?password=abcdefgh', ':1: `store` contains a secret'],
    ['clok: real', ':1: `clok` is not a flag of `serve`, nor a command. Did you mean `clock`?'],
    ['contract:\n  paralel: 2', ':2: `paralel` is not a flag of `contract`. Did you mean `parallel`?'],
    ['contract: 2', ':1: `contract` must hold the flags of that command'],
    ['rest-port: 99999', ':1: `rest-port` is 99999. It must be a port, from 0 to 65535.'],
    ['mode: lively', ':1: `mode` is "lively". Allowed choices are simulate, live, record, replay.'],
    ['read-only: sometimes', ':1: `read-only` must be true or false'],
    ['seed: { a: 1 }', ':1: `seed` must be text, a number, or a list of these'],
    ['[1]', 'expected names of flags with their values'],
    ['clock: [', 'is not valid YAML'],
  ])('with %j is refused, with its place and without the value of a secret', (text, message) => {
    project(text);
    let shown = '';
    try {
      read('serve');
    } catch (error) {
      shown = (error as Error).message;
    }
    expect(shown).toContain(message);
    expect(shown).toContain('understudy.config.yaml');
    expect(shown).not.toContain('abcdefgh');
  });
});

describe('understudy config', () => {
  test('prints each value with its origin, and no secret', async () => {
    const root = project('clock: manual\nread-only: true\nconnections: 3\n');
    vi.stubEnv('UNDERSTUDY_LOG_LEVEL', 'error');
    vi.stubEnv('UNDERSTUDY_STRICT', 'true');
    vi.stubEnv('UNDERSTUDY_TOKEN', 'planted-token');
    vi.stubEnv('UNDERSTUDY_STORE', 'postgres://u:planted-secret@db.example.com/worlds?password=planted-secret');
    vi.stubEnv('TWILIO_API_KEY', 'SK1');
    vi.stubEnv('TWILIO_API_KEY_SECRET', 'planted-secret');
    let output = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (output += String(text)) !== '');
    const { command, settings } = readCommandLine(
      ['config', '--timeout', '2.5', '--no-passthrough', '--json'],
      commands,
    );
    expect(await command.run(settings)).toBe(0);
    const rows = JSON.parse(output) as { name: string }[];
    const file = join(root, 'understudy.config.yaml');
    expect(rows).toEqual(
      expect.arrayContaining([
        { name: 'clock', value: 'manual', origin: `${file}:1` },
        { name: 'read-only', value: 'true', origin: `${file}:2` },
        { name: 'connections', value: '3', origin: `${file}:3` },
        { name: 'log-level', value: 'error', origin: 'UNDERSTUDY_LOG_LEVEL' },
        { name: 'strict', value: 'true', origin: 'UNDERSTUDY_STRICT' },
        { name: 'token', value: '[set]', origin: 'UNDERSTUDY_TOKEN' },
        { name: 'store', value: 'postgres://u:***@db.example.com/worlds?password=***', origin: 'UNDERSTUDY_STORE' },
        { name: 'timeout', value: '2.5', origin: 'flag' },
        { name: 'passthrough', value: 'false', origin: 'flag' },
        { name: 'rest-port', value: '8080', origin: 'default' },
        { name: 'check-answers', value: 'true', origin: 'default' },
        { name: 'credentials', value: '[set]', origin: 'TWILIO_API_KEY' },
      ]),
    );
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(output).not.toContain('planted');
  });
});
