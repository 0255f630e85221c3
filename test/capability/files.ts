import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Capability, CapabilityFile } from '../../src/capability/capability.js';
import { packagedCapability } from '../../src/capability/file.js';
import type { InspectedCapability } from '../../src/capability/load.js';

/** Creates a folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file that is deleted after the test. */
export function temporaryFile(text: string, name = 'capability.yaml'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** Writes a copy of the first packaged file with one change. Throws when there is nothing to change. */
export function changedCapability(find: string | RegExp, replacement: string): string {
  const text = readFileSync(packagedCapability[0], 'utf8');
  const changed = text.replace(find, replacement);
  if (changed === text) throw new Error(`Nothing in the capability file matches ${find}.`);
  return temporaryFile(changed);
}

/** The text of a line, counted from 1, without its indentation. */
export function lineAt(file: string, line: number): string {
  return (readFileSync(file, 'utf8').split('\n')[line - 1] ?? '').trim();
}

/** What the compiled form of a capability contains. */
export function withoutReports({ files, ...product }: InspectedCapability): Capability {
  const [first, ...others] = files.map(({ report: _report, ...file }): CapabilityFile => file);
  if (first === undefined) throw new Error('A product has at least one file.');
  return { ...product, files: [first, ...others] };
}

/** A small file that is valid by its own specification, so it needs no interpretation. */
export const cleanCapability = `naftiko: 1.0.0-alpha2
info:
  label: Clean
capability:
  consumes:
  - type: http
    namespace: api
    baseUri: https://api.example.com
    resources:
    - name: roles
      path: /v1/Roles/{{Sid}}
      operations:
      - name: fetchrole
        method: GET
        inputParameters:
        - name: Sid
          in: path
          type: string
          required: true
  exposes:
  - type: rest
    namespace: web
    port: 8181
    resources:
    - path: /roles/{{id}}
      operations:
      - name: fetchrole
        method: GET
        inputParameters:
        - name: id
          in: path
          type: string
        call: api.fetchrole
        with:
          Sid: web.id
  - type: mcp
    namespace: agent
    port: 9191
    tools:
    - name: fetch-role
      inputParameters:
      - name: id
        type: string
      call: api.fetchrole
      with:
        Sid: agent.id
`;
