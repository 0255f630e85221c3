import { describe, expect, it } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { cleanCapability, lineAt, temporaryFile } from './files.js';

/** A second product: each name, path and tool differs from those of `cleanCapability`, except the operation's name. */
const otherProduct = cleanCapability
  .replace('label: Clean', 'label: Other')
  .replaceAll('namespace: api', 'namespace: other')
  .replaceAll('api.fetchrole', 'other.fetchrole')
  .replace('https://api.example.com', 'https://other.example.com')
  .replace('path: /roles/{{id}}', 'path: /other/roles/{{id}}')
  .replaceAll('namespace: web', 'namespace: other-web')
  .replaceAll('web.id', 'other-web.id')
  .replace('name: fetch-role', 'name: fetch-other-role');

function errorOf(...files: readonly [string, string]): string {
  try {
    loadCapability(...files);
  } catch (error) {
    if (error instanceof UnderstudyError && error.name === 'UNDERSTUDY_BAD_CAPABILITY') return error.message;
    throw error;
  }
  throw new Error('The files were accepted.');
}

describe('several capability files', () => {
  it('load as one product that keeps what belongs to each file', () => {
    const [first, second] = [temporaryFile(cleanCapability), temporaryFile(otherProduct)];
    const capability = loadCapability(first, second);
    expect(capability.files).toMatchObject([
      { file: first, label: 'Clean', namespace: 'api', baseUri: 'https://api.example.com' },
      { file: second, label: 'Other', namespace: 'other', baseUri: 'https://other.example.com' },
    ]);
    expect(capability.label).toBe('Clean, Other');
    expect(capability.routes.map(({ path }) => path)).toEqual(['/roles/{id}', '/other/roles/{id}']);
    expect(capability.tools.map(({ name }) => name)).toEqual(['fetch-role', 'fetch-other-role']);
  });

  it('may use the same operation name in different namespaces', () => {
    const { operations, tools } = loadCapability(temporaryFile(cleanCapability), temporaryFile(otherProduct));
    expect(operations.map(({ id, baseUri }) => [id, baseUri])).toEqual([
      ['api.fetchrole', 'https://api.example.com'],
      ['other.fetchrole', 'https://other.example.com'],
    ]);
    expect(tools[1]?.operation).toBe(operations[1]);
  });

  it('load beside the packaged file', () => {
    const [{ operations }] = loadCapability().files;
    const both = loadCapability(...packagedWith(otherProduct.replaceAll('fetchrole', 'fetchservicerole')));
    expect(both.operations.map(({ id }) => id)).toEqual([...operations.map(({ id }) => id), 'other.fetchservicerole']);
  });

  it.each([
    {
      kind: 'route, whatever its placeholders',
      change: (text: string) => text.replace('/other/roles/{{id}}', '/Roles/{{id}}'),
      what: 'The REST route `GET /Roles/{id}`',
      line: '- name: fetchrole',
    },
    {
      kind: 'tool',
      change: (text: string) => text.replace('name: fetch-other-role', 'name: fetch-role'),
      what: 'The MCP tool `fetch-role`',
      line: '- name: fetch-role',
    },
    {
      kind: 'request',
      change: (text: string) => text.replace('other.example.com', 'api.example.com'),
      what: 'The request `GET https://api.example.com/v1/Roles/{Sid}`',
      line: '- name: fetchrole',
    },
    {
      kind: 'operation',
      change: (text: string) =>
        text.replace('namespace: other\n', 'namespace: api\n').replaceAll('other.fetch', 'api.fetch'),
      what: 'The operation `api.fetchrole`',
      line: '- name: fetchrole',
    },
  ])('that have the same $kind stop the start, and the error names both places', ({ change, what, line }) => {
    const files = [temporaryFile(cleanCapability), temporaryFile(change(otherProduct))] as const;
    const message = errorOf(...files);
    const [, second = '', found, first = ''] =
      /^(\S+): (.*) already exists at (\S+)\. Rename or remove one\.$/.exec(message) ?? [];
    expect(found).toBe(what);
    expect([first, second].map(placeOf)).toEqual(files.map((file) => ({ file, text: line })));
  });
});

/** The file and the line's text at `file:line:column`. */
function placeOf(place: string): { file: string; text: string } {
  const [, file = '', line = ''] = /^(.*):(\d+):\d+$/.exec(place) ?? [];
  return { file, text: lineAt(file, Number(line)) };
}

function packagedWith(text: string): [string, string] {
  const [{ file }] = loadCapability().files;
  return [file, temporaryFile(text)];
}
