import { expect, it } from 'vitest';
import { createBudget, limitedTarget } from '../../../src/contract/targets/limited.js';
import { published } from '../helpers.js';

it('retries a request after 429', async () => {
  let calls = 0;
  const target = limitedTarget(
    {
      call() {
        calls += 1;
        return Promise.resolve({ status: calls < 3 ? 429 : 200, body: null, headers: { 'retry-after': '0' } });
      },
    },
    createBudget({ requests: 10, rate: 1000 }),
  );
  const [operation] = published.operations;
  if (operation === undefined) throw new Error('the capability file has no operations');
  expect(await target.call(operation, {}, AbortSignal.timeout(1000))).toMatchObject({ status: 200 });
  expect(calls).toBe(3);
});
