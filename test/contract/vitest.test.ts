import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineContractTests, scenarios } from '../../src/vitest.js';

const folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
writeFileSync(
  join(folder, 'own.yaml'),
  `understudy-scenario: 1
name: own
about: A scenario of a user, in a user's own vitest.
steps:
  - name: make a room
    operation: createserviceconversation
    input: { body: { UniqueName: room } }
    expect: { body: { state: active } }
`,
);

// What a user's own test file looks like.
defineContractTests({ scenarios: [folder, ...scenarios.filter(({ name }) => name === 'role')] });
defineContractTests({ left: 'simulate', right: 'simulate', surface: 'rest', scenarios: [folder] });
