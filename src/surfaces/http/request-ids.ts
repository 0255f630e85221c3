import { createHmac, randomFillSync } from 'node:crypto';

/** Returns the next `Twilio-Request-Id`: `RQ` and 32 hexadecimal digits. */
export type NextRequestId = () => string;

/** Creates a source of request ids. The same seed gives the same sequence; without a seed, ids are random. */
export function createRequestIds(seed: string | undefined): NextRequestId {
  if (seed === undefined) return createRandomIds();
  let count = 0;
  return () => `RQ${createHmac('sha256', seed).update(`request ${++count}`).digest('hex').slice(0, 32)}`;
}

/** Random bytes are fetched 4 KiB at a time, because a call per id is slow. */
function createRandomIds(): NextRequestId {
  const bytes = Buffer.alloc(4096);
  let digits = '';
  let used = 0;
  return () => {
    if (used === digits.length) {
      digits = randomFillSync(bytes).toString('hex');
      used = 0;
    }
    used += 32;
    return `RQ${digits.slice(used - 32, used)}`;
  };
}
