import { expect, test } from 'vitest';
import { FORM_TYPE } from '../../src/surfaces/http/body.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';
import { retainedBytes } from '../helpers/heap.js';

const MEBIBYTE = 1024 * 1024;
/** What one exchange of these tests may keep: far less than its body. */
const MOST = 64 * 1024;
const COUNT = 8;
/** The first requests also leave code that V8 has compiled, which is more than they keep themselves. */
const WARM_UP = 16;

/** The bytes that a request leaves in memory. @param send sends a request that differs for each number */
async function keptBy(send: (i: number) => Promise<void>): Promise<number> {
  for (let i = 0; i < WARM_UP; i += 1) await send(i);
  const before = await retainedBytes();
  for (let i = WARM_UP; i < WARM_UP + COUNT; i += 1) await send(i);
  return ((await retainedBytes()) - before) / COUNT;
}

const cases = [
  {
    name: 'refused Twilio posts',
    url: '/v1/Services/IS00000000000000000000000000000000/Conversations',
    type: FORM_TYPE,
    payload: (i: number) => `FriendlyName=a-name-that-is-kept-${i}&Junk=${'x'.repeat(MEBIBYTE - 100)}`,
  },
  {
    name: 'refused Twilio posts with percent-encoding',
    url: '/v1/Services/IS00000000000000000000000000000000/Conversations',
    type: FORM_TYPE,
    payload: (i: number) => `FriendlyName=a+name+that+is+kept+%C3%A4${i}&Junk=${'x'.repeat(MEBIBYTE - 100)}`,
  },
  {
    name: 'REST posts with unknown fields',
    url: '/v1/v1/services/IS00000000000000000000000000000000/conversations',
    type: 'application/json',
    payload: (i: number) =>
      JSON.stringify({ FriendlyName: `a-name-that-is-kept-${i}`, Junk: 'x'.repeat(MEBIBYTE - 100) }),
  },
  {
    name: 'posts with long field names',
    url: '/v1/Services/IS00000000000000000000000000000000/Conversations',
    type: FORM_TYPE,
    payload: (i: number) => `${'n'.repeat(MEBIBYTE - 100)}${i}=a-value-that-is-not-kept`,
  },
];

test.each(cases)('$name keep no body in memory, only what the journal shows', async ({ url, type, payload }) => {
  const { http, journal } = await createTestUnderstudy({ checkAnswers: false, logLevel: 'silent' });
  const post = async (i: number) => {
    const { statusCode } = await http.inject({
      method: 'POST',
      url,
      headers: { ...basic(), 'content-type': type },
      payload: payload(i),
    });
    expect(statusCode).toBe(404);
  };
  const kept = await keptBy(post);
  expect(journal.total()).toBe(WARM_UP + COUNT);
  expect(kept).toBeLessThan(MOST);
});

test('the name of a snapshot keeps no request in memory', async () => {
  const { http } = await createTestUnderstudy({ logLevel: 'silent' });
  const snapshot = async (i: number) => {
    const { statusCode } = await http.inject({
      method: 'POST',
      url: '/__understudy/worlds/snapshot',
      headers: { 'understudy-world': ACCOUNT, 'content-type': FORM_TYPE },
      payload: `name=a-name-that-is-kept-${i}&name=${'x'.repeat(MEBIBYTE)}&name=a-name-that-is-kept-${i}`,
    });
    expect(statusCode).toBe(200);
  };
  expect(await keptBy(snapshot)).toBeLessThan(MOST);
});
