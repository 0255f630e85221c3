import { expect, it } from 'vitest';
import { createBudget, limitedTarget } from '../../../src/contract/targets/limited.js';
import { published } from '../helpers.js';

/** Calls a target that answers twice with 429, then with 200. */
async function callBusyTarget(retries?: number) {
  let calls = 0;
  const target = limitedTarget(
    {
      call() {
        calls += 1;
        return Promise.resolve({ status: calls < 3 ? 429 : 200, body: null, headers: { 'retry-after': '0' } });
      },
    },
    createBudget({ requests: 10, rate: 1000, retries }),
  );
  const [operation] = published.operations;
  if (operation === undefined) throw new Error('the capability file has no operations');
  const { status } = await target.call(operation, {}, AbortSignal.timeout(1000));
  return { status, calls };
}

it('retries a request after 429', async () => {
  expect(await callBusyTarget()).toEqual({ status: 200, calls: 3 });
});

it('hides no 429 if it must not retry', async () => {
  expect(await callBusyTarget(0)).toEqual({ status: 429, calls: 1 });
});
