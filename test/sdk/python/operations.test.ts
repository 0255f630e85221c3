import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Operation } from '../../../src/core/operation.js';
import { newAccount, startSdk } from '../harness.js';
import { methodOf } from '../snippet-target.js';

const SEEDED = 'IS5e0000000000000000000000000000d1';
const BASE_URI = 'https://conversations.twilio.com';
const run = promisify(execFile);

/** The first Python that has the official client. Distributions install it for their own Python alone. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import twilio.rest']).status === 0,
);

/** The README's lines for Python, with the address of a running understudy and an account of their own. */
function clientLines(url: string, account: string): string {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const lines = /```python\n(.*?)```/s.exec(readme)?.[1] ?? '';
  expect(lines).toContain('http://127.0.0.1:8080');
  return lines.replaceAll('http://127.0.0.1:8080', url).replaceAll(/AC0{32}/g, account);
}

/** The operations whose method the installed client has: the Node.js SDK's, in snake case. */
function operationsInClient(command: string, operations: readonly Operation[]): readonly Operation[] {
  const methods = operations.map((operation) =>
    methodOf(operation)
      .replace(/\.remove$/, '.delete')
      .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  const program = `import json, sys, twilio.rest
client = twilio.rest.Client('${newAccount()}', 'x')
def has(method):
    try:
        return callable(eval(method))
    except AttributeError:
        return False
print(json.dumps([has(method) for method in json.load(sys.stdin)]))`;
  const { stdout } = spawnSync(command, ['-c', program], { input: JSON.stringify(methods), encoding: 'utf8' });
  const known = JSON.parse(stdout) as readonly boolean[];
  return operations.filter((_, i) => known[i]);
}

test('the official Python client works in both scopes with nothing but its base address changed', async (context) => {
  if (python === undefined) {
    const reason = 'no python3 has the package twilio (Debian: apt-get install python3-twilio)';
    process.stderr.write(`skipped the official Python client: ${reason}\n`);
    context.skip(reason);
    return;
  }
  const { understudy } = await startSdk({ seed: 'support-desk' });
  const account = newAccount();
  const program = readFileSync(new URL('operations.py', import.meta.url), 'utf8');
  const running = run(python, ['-', SEEDED]);
  running.child.stdin?.end(`${clientLines(understudy.restUrl, account)}\n${program}`);
  await running;

  const called = understudy.journal.entries().filter((exchange) => exchange.account === account);
  const ofApi = understudy.capability.operations.filter(({ baseUri }) => baseUri === BASE_URI);
  const inClient = operationsInClient(python, ofApi).map(({ name }) => name);
  expect(inClient.length).toBeGreaterThan(0);
  // The program also calls what this version of the client lacks, by its path.
  expect(called.map(({ operation }) => operation)).toEqual(expect.arrayContaining(inClient));
}, 60_000);
