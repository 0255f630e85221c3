import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { whenIdle } from '../../src/util/when-idle.js';

test('the action runs once, and only after an interval with little to do', async () => {
  let isBusy = true;
  let runs = 0;
  const ran = new Promise<void>((resolve) => {
    whenIdle(() => {
      runs += 1;
      expect(isBusy).toBe(false);
      resolve();
    }, 20);
  });
  const end = performance.now() + 100;
  while (performance.now() < end) {
    for (const part = performance.now() + 5; performance.now() < part;);
    // oxlint-disable-next-line no-await-in-loop -- lets the timer run
    await turn();
  }
  isBusy = false;
  // The timer does not keep the process running.
  const keepAlive = setInterval(() => undefined, 10);
  await ran;
  clearInterval(keepAlive);
  expect(runs).toBe(1);
});
