import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineContractTests, type Scenario, scenarios } from '../../src/vitest.js';

const folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
writeFileSync(
  join(folder, 'scenario.yaml'),
  `understudy-scenario: 1
name: from-yaml
about: A scenario of a user.
steps:
  - name: create a room
    operation: createserviceconversation
    input: { body: { UniqueName: room } }
    expect: { body: { state: active } }
`,
);

/** Uses the former names of step keys, which are still accepted. */
const formerNames: Scenario = {
  name: 'former-names',
  about: 'A scenario of a user.',
  steps: [
    { name: 'create a room', operation: 'createserviceconversation', input: { body: {} }, keep: 'conversation' },
    { name: 'list messages', operation: 'listserviceconversationmessage', walk: true, expect: { count: 0 } },
  ],
};

// These lines are what users write in their own test files.
defineContractTests({ scenarios: [folder, formerNames, ...scenarios.filter(({ name }) => name === 'role')] });
defineContractTests({ left: 'simulate', right: 'simulate', surface: 'rest', scenarios: [folder] });
