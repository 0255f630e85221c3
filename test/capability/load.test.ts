import { describe, expect, it } from 'vitest';
import { packagedCapability } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import { type InterpretationName, interpretations } from '../../src/capability/interpretations.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { changedCapability, cleanCapability, lineAt, temporaryFile } from './files.js';

const capability = loadCapability();
const [packaged] = capability.files;

const uses = (interpretation: InterpretationName) =>
  packaged.report.interpretations.filter((use) => use.interpretation === interpretation);

function errorOf(...files: [string, ...string[]]): UnderstudyError {
  try {
    loadCapability(...files);
  } catch (error) {
    if (error instanceof UnderstudyError) return error;
    throw error;
  }
  throw new Error('The file was accepted.');
}

describe('the packaged capability file', () => {
  it('has no errors', () => {
    expect(packaged.report.errors).toEqual([]);
  });

  it('calls every operation once on each surface', () => {
    const ids = capability.operations.map(({ id }) => id).sort();
    expect(capability.routes.map(({ operation }) => operation.id).sort()).toEqual(ids);
    expect(capability.tools.map(({ operation }) => operation.id).sort()).toEqual(ids);
  });

  it('qualifies the name of each operation by the namespace, and gives it the URL of its API', () => {
    const { id, namespace, name, baseUri } = capability.operations[0] ?? {};
    expect(id).toBe(`${namespace}.${name}`);
    expect(namespace).toBe('conversations-services');
    expect(baseUri).toBe('https://conversations.twilio.com');
  });

  it('defines the ports and the variables that hold the credentials', () => {
    expect(capability.ports).toEqual({ rest: 8080, mcp: 9090 });
    expect(packaged.credentials).toEqual({ username: 'TWILIO_USER', password: 'TWILIO_PASS' });
  });

  it('maps every placeholder of a REST path to a path parameter of the operation', () => {
    for (const { path, inputs, operation } of capability.routes) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      const placeholders = Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? '');
      expect(placeholders.map((placeholder) => inputs.get(placeholder))).toEqual(inPath);
    }
  });

  it('gives each tool a title made from its name', () => {
    const tool = capability.tools.find(({ name }) => name === 'fetch-user-role-your-service');
    expect(tool?.title).toBe('Fetch user role your service');
    expect(tool?.hints).toEqual({ readOnly: true, destructive: false, idempotent: true });
  });

  it('is loaded when no file is named', () => {
    expect(capability.files.map(({ file }) => file)).toEqual(packagedCapability);
  });
});

describe('each interpretation of the packaged file is reported with its place', () => {
  it.each<[InterpretationName, string, string]>([
    ['surface-prefix', 'createservice · body', 'body: rest.body'],
    ['undeclared-inputs', 'createservice', '- method: POST'],
    [
      'placeholders',
      'listservicebinding · {chatservicesid} is ChatServiceSid',
      '- path: /v1/v1/services/{chatservicesid}/bindings',
    ],
    ['whole-body', 'createservice', '- type: object'],
    ['request-body', 'createservice · body', '- name: body'],
    ['form-upstream', 'createservice · body', '- name: body'],
    ['repeated-key', 'listservicebinding · BindingType', '- name: BindingType'],
    ['environment', '{{env.TWILIO_USER}}', "username: '{{env.TWILIO_USER}}'"],
    ['late-credentials', 'conversations-services · authentication', 'type: basic'],
    [
      'no-content',
      'remove-push-notification-binding-conversation',
      'call: conversations-services.deleteservicebinding',
    ],
  ])('%s: %s', (interpretation, where, text) => {
    const [first] = uses(interpretation);
    expect(first).toMatchObject({ interpretation, where });
    expect(first && lineAt(packaged.file, first.line)).toBe(text);
  });

  it('and no other interpretation exists', () => {
    expect(Object.keys(interpretations).filter((name) => uses(name as InterpretationName).length === 0)).toEqual([]);
  });

  it('repeated resource names, unused variables and truncated descriptions are warnings', () => {
    const messages = packaged.report.warnings.map(({ message }) => message);
    expect(messages).toContain('The description of listservicebinding · BindingType is truncated.');
    expect(messages).toContain('`TWILIO_API_KEY` is bound in `env`, but nothing uses it.');
    expect(messages).toContainEqual(expect.stringMatching(/^The resource name `\S+` is used for \S+ and for \S+\.$/));
  });
});

describe('a file that follows its specification', () => {
  it('needs no interpretation', () => {
    const { files, routes, tools, ports } = loadCapability(temporaryFile(cleanCapability));
    expect(files[0].report).toEqual({ interpretations: [], warnings: [], errors: [] });
    expect(routes[0]).toMatchObject({ path: '/roles/{id}', operation: { path: '/v1/Roles/{Sid}' } });
    expect([...(routes[0]?.inputs ?? [])]).toEqual([['id', 'Sid']]);
    expect([...(tools[0]?.inputs ?? [])]).toEqual([['id', 'Sid']]);
    expect(ports).toEqual({ rest: 8181, mcp: 9191 });
  });

  it('takes a credential from the variable that it binds', () => {
    const text = withCredentials('{{USER}}', '{{env.PASS}}').replace(
      'capability:\n',
      'binds:\n- namespace: env\n  keys:\n    USER: MY_USER\n    PASS: MY_PASS\ncapability:\n',
    );
    const [{ credentials, report }] = loadCapability(temporaryFile(text)).files;
    expect(credentials).toEqual({ username: 'MY_USER', password: 'MY_PASS' });
    expect(report.interpretations.map((use) => use.interpretation)).toEqual(['late-credentials']);
  });
});

it('takes a credential that no entry binds from the variable of the same name', () => {
  const [{ credentials, report }] = loadCapability(temporaryFile(withCredentials('{{USER}}', '{{PASS}}'))).files;
  expect(credentials).toEqual({ username: 'USER', password: 'PASS' });
  expect(report.interpretations.map((use) => use.interpretation)).toEqual([
    'environment',
    'environment',
    'late-credentials',
  ]);
});

function withCredentials(username: string, password: string): string {
  return cleanCapability.replace(
    '    resources:',
    `    authentication:\n      type: basic\n      username: '${username}'\n      password: '${password}'\n    resources:`,
  );
}

describe('an invalid file stops the start with the place and the next step', () => {
  it.each([
    [
      'a call of an unknown operation',
      'call: conversations-services.fetchservice\n',
      'call: conversations-services.fetchservise\n',
      'call: conversations-services.fetchservise',
      'Did you mean `conversations-services.fetchservice`?',
    ],
    [
      'a key in `with` that is not an input of the operation',
      '          PageSize: rest.PageSize',
      '          PageSiz: rest.PageSize',
      'PageSiz: rest.PageSize',
      'Did you mean `PageSize`?',
    ],
    ['an input of another surface', 'body: rest.body', 'body: tools.body', 'body: tools.body', 'Write `rest.body`.'],
    [
      'a missing required input',
      '          Sid: rest.Sid\n',
      '',
      '- method: DELETE',
      'Add `Sid: rest.Sid` to its `with`.',
    ],
    [
      'a path without the placeholder',
      '/v1/v1/services/{chatservicesid}/configuration\n',
      '/v1/v1/services/configuration\n',
      '- path: /v1/v1/services/configuration',
      'has no placeholder for the input `ChatServiceSid`',
    ],
    [
      'a tool name used twice',
      'name: retrieve-list-all-conversation-services',
      'name: create-new-conversation-service-your',
      '- name: create-new-conversation-service-your',
      'The MCP tool `create-new-conversation-service-your` already exists at ',
    ],
    [
      'an operation name used twice',
      '- name: listservice\n',
      '- name: createservice\n',
      '- name: createservice',
      'The operation `conversations-services.createservice` already exists at ',
    ],
    [
      'a route used twice',
      '/v1/v1/services/{chatservicesid}/configuration\n',
      '/v1/v1/services/{chatservicesid}/bindings\n',
      '- method: GET',
      'The REST route `GET /v1/v1/services/{chatservicesid}/bindings` already exists at ',
    ],
    ['a missing field', '        method: POST\n', '', '- name: createservice', 'lacks the key `method`. Add it.'],
    ['an unknown key', 'inputParameters:', 'inputParamters:', 'inputParamters:', 'Did you mean `inputParameters`?'],
    ['an unknown method', 'method: POST', 'method: PUT', 'method: PUT', 'it must be `GET`, `POST`, `DELETE`'],
    ['an unknown kind of surface', 'type: mcp', 'type: grpc', '- type: grpc', 'it must be `rest` or `mcp`'],
    [
      'a secret in the file',
      "username: '{{env.TWILIO_USER}}'",
      'username: AC123',
      'username: AC123',
      'Do not put secrets in this file.',
    ],
    ['a mapped answer', 'mapping: $.', 'mapping: $.sid', '- type: object', 'Use `type: object` and `mapping: $.`.'],
    [
      'an undeclared placeholder',
      'path: /v1/Services/{ChatServiceSid}/Bindings\n',
      'path: /v1/Services/{ServiceSid}/Bindings\n',
      '- name: listservicebinding',
      'Did you mean `ChatServiceSid`?',
    ],
  ])('%s', (_kind, find, replacement, place, advice) => {
    const file = changedCapability(find, replacement);
    const error = errorOf(file);
    expect(error.name).toBe('UNDERSTUDY_BAD_CAPABILITY');
    expect(error.message).toContain(advice);
    const [, line, column] = /^:(\d+):(\d+): /.exec(error.message.slice(file.length)) ?? [];
    expect(lineAt(file, Number(line))).toBe(place);
    expect(Number(column)).toBeGreaterThan(0);
  });

  it('bad YAML', () => {
    const file = temporaryFile('naftiko: [1\ninfo: {}\n');
    expect(errorOf(file).message).toContain(`${file}:2:1: `);
  });

  it('a missing file', () => {
    expect(errorOf('/nowhere/capability.yaml').message).toContain(
      'Cannot read the capability file /nowhere/capability.yaml',
    );
  });

  it('an empty file', () => {
    expect(errorOf(temporaryFile('')).message).toContain(':1:1: the document must be object');
  });

  it('counts the other errors and says how to list them', () => {
    const file = changedCapability(/call: conversations-services\.list/g, 'call: elsewhere.list');
    const listing = [...packaged.routes, ...packaged.tools].filter(({ operation }) => operation.verb === 'list');
    expect(errorOf(file).message).toContain(
      `(and ${listing.length - 1} more: run \`understudy capability validate ${file}\`)`,
    );
  });
});
