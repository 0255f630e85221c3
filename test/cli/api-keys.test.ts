import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { readSettings } from '../../src/cli/command-line.js';
import { serve } from '../../src/cli/serve.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

const KEY = `SK${'1'.repeat(32)}`;
const OTHER_KEY = `SK${'2'.repeat(32)}`;
const ACCOUNT = `AC${'a'.repeat(32)}`;
const SECRET = 'the-secret-of-the-key';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'api-keys.yaml');
  writeFileSync(file, text);
  return file;
}

const keysOf = (text: string) => readSettings(serve, ['--api-keys', fileWith(text)]).apiKeys;

test.each([
  ['YAML', `${KEY}:\n  account: ${ACCOUNT}\n  secret: ${SECRET}\n${OTHER_KEY}: ${ACCOUNT}\n`],
  ['JSON', JSON.stringify({ [KEY]: { account: ACCOUNT, secret: SECRET }, [OTHER_KEY]: ACCOUNT })],
])('--api-keys reads accounts and secrets from %s', (_, text) => {
  expect(keysOf(text)).toEqual({ [KEY]: { account: ACCOUNT, secret: SECRET }, [OTHER_KEY]: { account: ACCOUNT } });
});

test('UNDERSTUDY_API_KEY_SECRETS adds secrets, and overrides those in the file', () => {
  vi.stubEnv('UNDERSTUDY_API_KEY_SECRETS', `${KEY}=${SECRET}, ${OTHER_KEY}=another-secret`);
  expect(keysOf(`${KEY}: { account: ${ACCOUNT}, secret: overridden }`)).toEqual({
    [KEY]: { account: ACCOUNT, secret: SECRET },
    [OTHER_KEY]: { secret: 'another-secret' },
  });
  expect(readSettings(serve, []).apiKeys).toEqual({
    [KEY]: { secret: SECRET },
    [OTHER_KEY]: { secret: 'another-secret' },
  });
});

test.each([
  [`${KEY}: ${SECRET}`, /must be an account SID/],
  [`${KEY}: {secret: [${SECRET}`, /api-keys\.yaml:1:\d+ is not valid YAML or JSON/],
  [`${KEY}: *${SECRET}`, /is not valid YAML/],
  [`${KEY}: { secret: s3cr3t }`, /the secret of SK1+ must have at least 8 characters/],
  [SECRET, /expected an object whose keys are the SIDs of API keys/],
])('the error for %j names the file and shows no secret', (text, message) => {
  let error: unknown;
  try {
    keysOf(text);
  } catch (thrown) {
    error = thrown;
  }
  const shown = String(error);
  expect(shown).toMatch(message);
  expect(shown).toContain('api-keys.yaml');
  expect(shown).not.toMatch(new RegExp(`${SECRET}|s3cr3t`));
});

test('a malformed UNDERSTUDY_API_KEY_SECRETS is refused without showing it', () => {
  vi.stubEnv('UNDERSTUDY_API_KEY_SECRETS', `${KEY}=${SECRET},${SECRET}`);
  expect(() => readSettings(serve, [])).toThrow(/^UNDERSTUDY_API_KEY_SECRETS: pair 2 is not SK…=secret\. [^1]*$/);
});

test('a file that does not exist is named', () => {
  expect(() => readSettings(serve, ['--api-keys', '/nowhere/keys.yaml'])).toThrow(
    '--api-keys /nowhere/keys.yaml cannot be read: ENOENT',
  );
});
