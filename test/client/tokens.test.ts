import { expect, it, onTestFinished, vi } from 'vitest';
import { makeAccessToken } from '../../src/core/access-token.js';
import { TokenTimer } from '../../src/surfaces/client/token-timer.js';
import { createTokens } from '../../src/surfaces/client/tokens.js';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const KEY = `SK${'2'.repeat(32)}`;
const SECRET = 'the secret of an API key';

const ignore = () => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const open = () =>
  createTokens({ keys: new Map([[KEY, { account: ACCOUNT, secret: SECRET }]]), requiresSignature: true, log });

it('a token that the server makes is never signed with the secret of a key, with which Twilio would accept it', () => {
  const tokens = open();
  const token = tokens.issue({ account: ACCOUNT, identity: 'alice', ttl: 60 });
  const [, claims = ''] = token.split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: ACCOUNT });
  expect(Buffer.from(claims, 'base64url').toString()).not.toContain(KEY);
  expect(tokens.check(token)).toMatchObject({ account: ACCOUNT, identity: 'alice' });
  expect(open().check(token)).toMatchObject({ code: 20107 });
});

it('a token that an app signs with the secret of its key is accepted', () => {
  const token = makeAccessToken({
    account: ACCOUNT,
    key: KEY,
    identity: 'alice',
    now: Date.now(),
    ttl: 60,
    secret: SECRET,
  });
  expect(open().check(token)).toMatchObject({ account: ACCOUNT, key: KEY, identity: 'alice' });
});

it('a token whose signature cannot be checked is accepted, and the log says so once', () => {
  const warnings: string[] = [];
  const warn = (_fields: object, message: string) => void warnings.push(message);
  const tokens = createTokens({ keys: new Map(), requiresSignature: false, log: { ...log, warn } });
  const parts = { account: ACCOUNT, identity: 'alice', now: Date.now(), ttl: 60, secret: SECRET };
  for (const key of [KEY, KEY, `SK${'3'.repeat(32)}`]) {
    expect(tokens.check(makeAccessToken({ ...parts, key }))).toMatchObject({ identity: 'alice' });
  }
  expect(warnings).toEqual([expect.stringContaining('UNDERSTUDY_API_KEY_SECRETS')]);
  expect(warnings.join()).not.toContain(SECRET);
});

it('a token that is accepted when its connection has just closed is not followed', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const timer = new TokenTimer(ignore, ignore);
  const check = open().check(
    makeAccessToken({ account: ACCOUNT, key: KEY, identity: 'alice', now: Date.now(), ttl: 60, secret: SECRET }),
  );
  if ('status' in check) throw new Error(check.message);
  timer.start(check);
  expect(vi.getTimerCount()).toBe(1);
  timer.stop();
  timer.start(check);
  expect(vi.getTimerCount()).toBe(0);
});
