import { UnderstudyError } from '../core/errors.js';
import { type ApiKey, type ApiKeyEntries, checkApiKeys } from '../surfaces/http/api-keys.js';
import { variable } from './environment.js';
import { readYamlFile } from './yaml-file.js';

const SECRETS = 'UNDERSTUDY_API_KEY_SECRETS';

/**
 * Reads API keys from a file, and secrets from `UNDERSTUDY_API_KEY_SECRETS`, which override those in the file. No flag has
 * secrets, because other programs can read the command line.
 */
export function readApiKeys(file: string | undefined): ApiKeyEntries | undefined {
  const secrets = readSecrets(variable(SECRETS));
  const keys =
    file === undefined ? new Map<string, ApiKey>() : checkApiKeys(readYamlFile(file, '--api-keys').value, file);
  if (keys.size === 0 && secrets.size === 0) return undefined;
  const merged = new Map(keys);
  for (const [key, { secret }] of secrets) merged.set(key, { ...keys.get(key), secret });
  return Object.fromEntries(merged);
}

/** Parses `SK…=secret,SK…=secret`. Errors do not show the text. */
function readSecrets(text: string | undefined): ReadonlyMap<string, ApiKey> {
  if (text === undefined) return new Map();
  const pairs = text.split(',').map((pair, i) => {
    const [, key = '', secret = ''] = /^\s*(SK[0-9a-fA-F]{32})=(\S+)\s*$/.exec(pair) ?? [];
    if (key !== '') return [key, { secret }];
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `${SECRETS}: pair ${i + 1} is not SK…=secret. Separate pairs by commas, without spaces in a secret`,
    );
  });
  return checkApiKeys(Object.fromEntries(pairs), SECRETS);
}
