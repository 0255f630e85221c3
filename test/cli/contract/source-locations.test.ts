import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { sourceLocations } from '../../../src/cli/contract/source-locations.js';
import { readKnownDrift } from '../../../src/contract/model/known-drift.js';
import { readScenarios } from '../../../src/contract/model/scenario-file.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { packageFile } from '../../../src/util/package-files.js';
import { published } from '../../contract/helpers.js';

const KNOWN = fileURLToPath(packageFile('fixtures/known-drift.yaml'));

it('a step of a packaged scenario is at its operation in a file of the package', () => {
  const locations = sourceLocations(scenarios, KNOWN);
  for (const { name: operation } of published.operations) {
    const place = locations.ofStep({ scenario: 'role', step: 'create a role', operation });
    expect(place.isPackaged).toBe(true);
    const line = readFileSync(packageFile(place.uri), 'utf8').split('\n')[place.line - 1];
    expect(line?.replace(/^[ -]*/, '')).toBe(`name: ${operation}`);
  }
});

it('a step of a user scenario is at its line in their file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'scenario-')), 'my room.yaml');
  writeFileSync(
    file,
    `understudy-scenario: 1
name: room
about: A room.
steps:
  - { name: one, operation: create Conversations, saveAs: conversation }
  - name: two
    operation: fetch Conversations
    input: { Sid: '{{conversation.sid}}' }
`,
  );
  const own = readScenarios(file, published);
  const place = { scenario: 'room', operation: 'fetchserviceconversation' };
  const locations = sourceLocations(own, KNOWN);
  expect(locations.ofStep({ ...place, step: 'two' })).toEqual({ uri: pathToFileURL(file).href, line: 6 });
  expect(locations.ofStep({ ...place, step: 'create the service' })).toMatchObject({ line: 1 });
});

it('an entry of the list of known drift is at its line', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'known-')), 'known.yaml');
  const entry = "{ scenario: role, step: x, path: y, reason: z, expires: '2026-01-31' }";
  writeFileSync(file, `known-drift: 1\ndifferences:\n  - ${entry}\n  - ${entry}\n`);
  const [, second] = readKnownDrift(file);
  if (second === undefined) throw new Error('The list has no second entry.');
  expect(sourceLocations([], file).ofKnownDrift(second)).toEqual({ uri: pathToFileURL(file).href, line: 4 });
});
