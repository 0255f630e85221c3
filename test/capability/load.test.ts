import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagedCapability } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import type { InterpretationName } from '../../src/capability/interpretations.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { changedCapability, cleanCapability, temporaryFile } from './files.js';

const capability = loadCapability();

const uses = (interpretation: InterpretationName) =>
  capability.report.interpretations.filter((use) => use.interpretation === interpretation);

function faultOf(file: string): UnderstudyError {
  try {
    loadCapability(file);
  } catch (error) {
    if (error instanceof UnderstudyError) return error;
    throw error;
  }
  throw new Error('The file was accepted.');
}

describe('the given capability file', () => {
  it('gives 50 operations, 24 REST paths with 50 routes, and 50 tools', () => {
    expect(capability.operations).toHaveLength(50);
    expect(new Set(capability.routes.map((route) => route.path)).size).toBe(24);
    expect(capability.routes).toHaveLength(50);
    expect(capability.tools).toHaveLength(50);
    expect(capability.report.errors).toEqual([]);
  });

  it('calls every operation once on each surface', () => {
    const names = capability.operations.map((operation) => operation.name).sort();
    expect(capability.routes.map((route) => route.operation.name).sort()).toEqual(names);
    expect(capability.tools.map((tool) => tool.operation.name).sort()).toEqual(names);
  });

  it('keeps the order of the file', () => {
    expect(capability.routes[0]?.operation.name).toBe('createservice');
    expect(capability.tools.at(-1)?.name).toBe('fetch-conversation-service-your-account');
  });

  it('says where Twilio is, which ports to take, and which variables hold the credentials', () => {
    expect(capability.baseUri).toBe('https://conversations.twilio.com');
    expect(capability.ports).toEqual({ rest: 8080, mcp: 9090 });
    expect(capability.credentials).toEqual({ username: 'TWILIO_USER', password: 'TWILIO_PASS' });
  });

  it('leads from every placeholder of a REST path to a path parameter of the operation', () => {
    for (const { path, inputs, operation } of capability.routes) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      const placeholders = Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? '');
      expect(placeholders.map((placeholder) => inputs.get(placeholder))).toEqual(inPath);
    }
  });

  it('makes a title of a tool name', () => {
    const tool = capability.tools.find(({ name }) => name === 'fetch-user-role-your-service');
    expect(tool?.title).toBe('Fetch user role your service');
    expect(tool?.hints).toEqual({ readOnly: true, destructive: false, idempotent: true });
  });

  it('is the file that is taken when none is named', () => {
    expect(capability.file).toBe(packagedCapability);
  });
});

describe('each interpretation of the given file is recorded with its place', () => {
  it.each<[InterpretationName, number, string, number, number]>([
    ['surface-prefix', 330, 'createservice · body', 1334, 17],
    ['undeclared-inputs', 100, 'createservice', 1329, 9],
    ['placeholders', 95, 'listservicebinding · {chatservicesid} is ChatServiceSid', 1349, 13],
    ['whole-body', 100, 'createservice', 1336, 11],
    ['request-body', 17, 'createservice · body', 33, 11],
    ['form-upstream', 17, 'createservice · body', 33, 11],
    ['repeated-key', 2, 'listservicebinding · BindingType', 76, 11],
    ['environment', 2, '{{env.TWILIO_USER}}', 1317, 17],
    ['late-credentials', 1, 'conversations-services · authentication', 1316, 7],
    ['no-content', 9, 'remove-push-notification-binding-conversation', 2041, 13],
  ])('%s: %d uses, the first at %s', (interpretation, count, where, line, column) => {
    expect(uses(interpretation)).toHaveLength(count);
    expect(uses(interpretation)[0]).toEqual({ interpretation, where, line, column });
  });

  it('names used twice, keys bound for nothing and descriptions cut short are warnings', () => {
    const messages = capability.report.warnings.map((warning) => warning.message);
    expect(messages.filter((message) => message.includes('was cut off'))).toHaveLength(13);
    expect(messages).toContain('`TWILIO_API_KEY` is bound in `env`, but nothing uses it.');
    expect(messages.filter((message) => message.startsWith('The resource name'))).toHaveLength(2);
  });
});

describe('a file that follows its specification', () => {
  it('needs no interpretation', () => {
    const { report, routes, tools, ports } = loadCapability(temporaryFile(cleanCapability));
    expect(report).toEqual({ interpretations: [], warnings: [], errors: [] });
    expect(routes[0]).toMatchObject({ path: '/roles/{id}', operation: { path: '/v1/Roles/{Sid}' } });
    expect([...(routes[0]?.inputs ?? [])]).toEqual([['id', 'Sid']]);
    expect([...(tools[0]?.inputs ?? [])]).toEqual([['id', 'Sid']]);
    expect(ports).toEqual({ rest: 8181, mcp: 9191 });
  });

  it('takes a credential from the variable that it binds', () => {
    const text = cleanCapability
      .replace(
        'capability:\n',
        'binds:\n- namespace: env\n  keys:\n    USER: MY_USER\n    PASS: MY_PASS\ncapability:\n',
      )
      .replace(
        '    resources:',
        "    authentication:\n      type: basic\n      username: '{{USER}}'\n      password: '{{env.PASS}}'\n    resources:",
      );
    const { credentials, report } = loadCapability(temporaryFile(text));
    expect(credentials).toEqual({ username: 'MY_USER', password: 'MY_PASS' });
    expect(report.interpretations.map((use) => use.interpretation)).toEqual(['late-credentials']);
  });
});

it('takes a credential that is bound nowhere from the variable of its name', () => {
  const text = cleanCapability.replace(
    '    resources:',
    "    authentication:\n      type: basic\n      username: '{{USER}}'\n      password: '{{PASS}}'\n    resources:",
  );
  const { credentials, report } = loadCapability(temporaryFile(text));
  expect(credentials).toEqual({ username: 'USER', password: 'PASS' });
  expect(report.interpretations.map((use) => use.interpretation)).toEqual([
    'environment',
    'environment',
    'late-credentials',
  ]);
});

describe('a broken file stops the start with its place and the next move', () => {
  it.each([
    [
      'a call to nowhere',
      'call: conversations-services.fetchservice\n',
      'call: conversations-services.fetchservise\n',
      'call: conversations-services.fetchservise',
      'Did you mean `conversations-services.fetchservice`?',
    ],
    [
      'a key in `with` that the operation lacks',
      '          PageSize: rest.PageSize',
      '          PageSiz: rest.PageSize',
      'PageSiz: rest.PageSize',
      'Did you mean `PageSize`?',
    ],
    [
      'an input of another surface',
      'body: rest.body',
      'body: tools.body',
      'body: tools.body',
      'write `rest.body` for an input of this surface',
    ],
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
      'has no place for `ChatServiceSid`',
    ],
    [
      'a tool name used twice',
      'name: retrieve-list-all-conversation-services',
      'name: create-new-conversation-service-your',
      '- name: create-new-conversation-service-your',
      'The tool `create-new-conversation-service-your` is there twice.',
    ],
    [
      'an operation name used twice',
      '- name: listservice\n',
      '- name: createservice\n',
      '- name: createservice',
      'The operation `createservice` is there twice.',
    ],
    [
      'a route used twice',
      '/v1/v1/services/{chatservicesid}/configuration\n',
      '/v1/v1/services/{chatservicesid}/bindings\n',
      '- method: GET',
      'have the same route GET /v1/v1/services/{chatservicesid}/bindings',
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
      'secrets do not belong in this file',
    ],
    ['an answer that is mapped', 'mapping: $.', 'mapping: $.sid', '- type: object', 'only the whole answer'],
    [
      'an undeclared placeholder',
      'path: /v1/Services/{ChatServiceSid}/Bindings\n',
      'path: /v1/Services/{ServiceSid}/Bindings\n',
      '- name: listservicebinding',
      'Did you mean `ChatServiceSid`?',
    ],
  ])('%s', (_kind, find, replacement, place, advice) => {
    const file = changedCapability(find, replacement);
    const error = faultOf(file);
    expect(error.name).toBe('UNDERSTUDY_BAD_CAPABILITY');
    expect(error.message).toContain(advice);
    const [, line, column] = /^:(\d+):(\d+): /.exec(error.message.slice(file.length)) ?? [];
    const shown = readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '';
    expect(shown.trim()).toBe(place);
    expect(Number(column)).toBeGreaterThan(shown.search(/\S/));
  });

  it('bad YAML', () => {
    const file = temporaryFile('naftiko: [1\ninfo: {}\n');
    expect(faultOf(file).message).toContain(`${file}:2:1: `);
  });

  it('a file that is not there', () => {
    expect(faultOf('/nowhere/capability.yaml').message).toContain(
      'Cannot read the capability file /nowhere/capability.yaml',
    );
  });

  it('an empty file', () => {
    expect(faultOf(temporaryFile('')).message).toContain(':1:1: the document must be object');
  });

  it('counts the other errors and says how to see them', () => {
    const file = changedCapability(/call: conversations-services\.list/g, 'call: elsewhere.list');
    expect(faultOf(file).message).toContain(`(and 21 more: run \`understudy capability validate ${file}\`)`);
  });
});
