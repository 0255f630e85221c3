import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { SHORTEST_SECRET } from '../../core/redact.js';
import { ACCOUNT_SID, API_KEY_SID } from '../../core/sids.js';

/** What is known of one API key. */
export interface ApiKey {
  /** The account that it belongs to. Absent: the account that is used first. */
  readonly account?: string | undefined;
  /** What callers must send as its password, and what their access tokens are signed with. Absent: not checked. */
  readonly secret?: string | undefined;
}

/** API keys by SID (`SK…`). A string is short for `{ account }`. */
export type ApiKeyEntries = Readonly<Record<string, string | ApiKey>>;

/** The API keys of callers. */
export interface ApiKeys {
  /** The secrets that are known, by key. */
  readonly secrets: ReadonlyMap<string, string>;
  /**
   * The account that a key belongs to; undefined for the default account.
   * @param named the account whose world the request names
   */
  accountOf(key: string, named?: string): string | undefined;
  /** Remembers that a caller used an account without a key. */
  accountUsed(account: string): void;
}

interface ApiKeyOptions {
  /** As `checkApiKeys` returns them. */
  readonly known: ReadonlyMap<string, ApiKey>;
  readonly defaultAccount: string;
  /** Whether accounts select worlds. If not, keys without an entry belong to no account. */
  readonly learnsAccounts: boolean;
  readonly log: Log;
}

/** Keys that are learnt. Callers choose their keys, so the number must have a limit. */
const MAX_LEARNT = 1000;

export function createApiKeys({ known, defaultAccount, learnsAccounts, log }: ApiKeyOptions): ApiKeys {
  const learnt = new Map<string, string>();
  let firstAccount: string | undefined;

  /** An app that mixes an account and its key expects one world. At Twilio, the key knows its account. */
  function learn(key: string, named: string | undefined): string {
    const [account, reason] =
      named !== undefined
        ? [named, 'which its first request named']
        : firstAccount !== undefined
          ? [firstAccount, 'the first account that was used here']
          : [defaultAccount, 'the default account'];
    if (learnt.size >= MAX_LEARNT) return account;
    learnt.set(key, account);
    const remedy = 'To choose another one, list the key in the file of --api-keys.';
    log.warn({ key, account }, `API key ${key} now belongs to ${account}, ${reason}. ${remedy}`);
    return account;
  }

  return {
    secrets: new Map([...known].flatMap(([key, { secret }]) => (secret === undefined ? [] : [[key, secret]]))),
    accountOf(key, named) {
      const account = known.get(key)?.account ?? learnt.get(key);
      return account ?? (learnsAccounts ? learn(key, named) : undefined);
    },
    accountUsed(account) {
      firstAccount ??= account;
    },
  };
}

/**
 * Checks the entries of a file or of a program. Errors never show a secret.
 * @param source is named in errors
 * @throws UnderstudyError that names the entry
 */
export function checkApiKeys(entries: unknown, source: string): ReadonlyMap<string, ApiKey> {
  const bad = (problem: string) => new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${source}: ${problem}`);
  if (!isObject(entries)) throw bad('expected an object whose keys are the SIDs of API keys (SK…)');

  function check(key: string, entry: unknown, position: number): ApiKey {
    if (!API_KEY_SID.test(key)) {
      throw bad(`entry ${position} is not named by the SID of an API key: SK followed by 32 hexadecimal digits`);
    }
    if (typeof entry !== 'string' && !isObject(entry)) {
      throw bad(`${key} must be an account SID, or an object with \`account\` and \`secret\``);
    }
    const { account, secret, ...others } = typeof entry === 'string' ? { account: entry } : entry;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
      throw bad(
        `${key} has the unknown field ${JSON.stringify(unknown).slice(0, 100)}: \`account\` and \`secret\` are known`,
      );
    }
    if (account !== undefined && (typeof account !== 'string' || !ACCOUNT_SID.test(account))) {
      throw bad(`the account of ${key} must be an account SID: AC followed by 32 hexadecimal digits`);
    }
    if (secret !== undefined && (typeof secret !== 'string' || secret.length < SHORTEST_SECRET)) {
      throw bad(`the secret of ${key} must have at least ${SHORTEST_SECRET} characters`);
    }
    return { account, secret };
  }

  return new Map(Object.entries(entries).map(([key, entry], i) => [key, check(key, entry, i + 1)]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
