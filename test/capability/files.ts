import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packagedCapability } from '../../src/capability/file.js';

/** A temporary folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes text to a file that is gone after the test. */
export function temporaryFile(text: string, name = 'capability.yaml'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** The given capability file with one change; throws when there was nothing to change. */
export function changedCapability(find: string | RegExp, replacement: string): string {
  const text = readFileSync(packagedCapability, 'utf8');
  const changed = text.replace(find, replacement);
  if (changed === text) throw new Error(`Nothing in the capability file matches ${find}.`);
  return temporaryFile(changed);
}

/** A small file that is valid by its own specification: it needs no interpretation that a file can avoid. */
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
