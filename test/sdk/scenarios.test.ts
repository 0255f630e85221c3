import { expect, test } from 'vitest';
import { runSuite } from '../../src/contract/run/run-suite.js';
import { scenarios } from '../../src/contract/scenarios/index.js';
import { engineTarget } from '../../src/contract/targets/engine.js';
import { published, simulator } from '../contract/helpers.js';
import { newAccount, startSdk } from './harness.js';
import { isInSdk, sdkTarget } from './snippet-target.js';

test('every operation of the SDK gives the same responses as without it', { timeout: 60_000 }, async ({ annotate }) => {
  const { client, watchedClientOf, understudy } = await startSdk({ seed: 'contract' });
  const succeeded = new Set<string>();
  const simulate = simulator();
  const left = {
    ...simulate,
    name: 'SDK',
    open: async () => {
      const account = newAccount();
      const caller = { surface: 'engine', origin: understudy.restUrl, account } as const;
      return sdkTarget(watchedClientOf(account), engineTarget(understudy.engine, caller), succeeded);
    },
  };
  const { drifts, outcome } = await runSuite({ scenarios, left, right: simulate, published });
  expect({ drifts, outcome }).toEqual({ drifts: [], outcome: 'agree' });

  const { operations } = understudy.capability;
  const absent = operations.filter((operation) => !isInSdk(operation, client));
  for (const { verb, noun, scope } of absent) await annotate(`not in the installed SDK: ${verb} ${noun} (${scope})`);
  const inSdk = operations.filter((operation) => !absent.includes(operation));
  expect([...succeeded].sort()).toEqual(inSdk.map(({ name }) => name).sort());
});
