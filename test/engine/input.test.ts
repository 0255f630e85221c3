import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBinder, type FormFields } from '../../src/engine/input.js';
import { UnderstudyError } from '../../src/core/errors.js';
import type { Caller, Form, Input, Operation } from '../../src/core/operation.js';

const caller: Caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' };

const operation: Operation = {
  id: 'test.creatething',
  name: 'creatething',
  namespace: 'test',
  baseUri: 'https://api.example.com',
  noun: 'Roles',
  verb: 'create',
  scope: 'service',
  method: 'POST',
  path: '/v1/Services/{ChatServiceSid}/Things/{Sid}',
  description: '',
  parameters: [
    { name: 'ChatServiceSid', in: 'path', type: 'string', required: true, description: '' },
    { name: 'Sid', in: 'path', type: 'string', required: true, description: '' },
    { name: 'PageSize', in: 'query', type: 'integer', required: false, description: '' },
    { name: 'Identity', in: 'query', type: 'array', required: false, description: '' },
    { name: 'X-Twilio-Webhook-Enabled', in: 'header', type: 'string', required: false, description: '' },
    { name: 'body', in: 'body', type: 'object', required: false, description: '' },
  ],
};

const single = { repeats: false };
const fields: FormFields = new Map([
  ['FriendlyName', single],
  ['Attributes', single],
  ['Permission', { repeats: true }],
  ['Configuration.Url', single],
  ['Configuration.Filters', { repeats: true }],
  ['NewMessage.Badge.Count', single],
]);

const bindInput = createBinder(operation, fields);
const pathValues = { ChatServiceSid: 'IS1', Sid: 'TH1' };

function bind(input: Input) {
  return bindInput({ ...pathValues, ...input }, caller);
}

function bindBody(body: unknown): { form: Record<string, readonly string[]>; ignored: readonly string[] } {
  const { call, ignored } = bind({ body });
  return { form: Object.fromEntries(call.form), ignored };
}

describe('parameters', () => {
  test('path values become strings', () => {
    const { call } = bindInput({ ChatServiceSid: 'IS1', Sid: 7 }, caller);
    expect(Object.fromEntries(call.path)).toEqual({ ChatServiceSid: 'IS1', Sid: '7' });
  });

  test.each([undefined, null, '', { a: 1 }, ['x']])(
    'a path parameter given as %j is missing, and the error names it',
    (Sid) => {
      expect(() => bindInput({ ChatServiceSid: 'IS1', Sid }, caller)).toThrow(
        expect.objectContaining({
          name: 'UNDERSTUDY_MISSING_PARAMETER',
          message: expect.stringMatching(
            /`creatething` needs the path parameter `Sid`.*\/v1\/Services\/\{ChatServiceSid\}/,
          ),
        }),
      );
    },
  );

  test('numbers, booleans and lists in the query become strings', () => {
    const { call } = bind({ PageSize: 3, Identity: ['alice', 7, true] });
    expect(Object.fromEntries(call.query)).toEqual({ PageSize: ['3'], Identity: ['alice', '7', 'true'] });
  });

  test('null, undefined and an empty list in the query are dropped', () => {
    const { call, ignored } = bind({ PageSize: null, Identity: [], Else: undefined });
    expect(call.query.size).toBe(0);
    expect(ignored).toEqual([]);
  });

  test('a header matches in any case and gets its declared spelling', () => {
    const { call } = bind({ 'x-twilio-webhook-ENABLED': true });
    expect(Object.fromEntries(call.headers)).toEqual({ 'X-Twilio-Webhook-Enabled': 'true' });
  });

  test('unknown parameters are reported as ignored, and none reaches a prototype', () => {
    const input = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['pagesize', '1'],
    ]);
    expect(bindInput(Object.assign(Object.create(null), input, pathValues) as Input, caller).ignored).toEqual([
      '__proto__',
      'constructor',
      'pagesize',
    ]);
  });

  test('an unpaired surrogate is replaced, because UTF-8 cannot encode it', () => {
    const { call } = bind({ Sid: 'a\ud800', PageSize: '\udfff', body: { FriendlyName: '\ud800' } });
    expect([call.path.get('Sid'), call.query.get('PageSize'), call.form.get('FriendlyName')]).toEqual([
      'a\ufffd',
      ['\ufffd'],
      ['\ufffd'],
    ]);
  });
});

describe('body', () => {
  test('dotted keys and nested objects are two spellings of the same field', () => {
    const dotted = bindBody({ 'Configuration.Url': 'u', 'Configuration.Filters': ['a', 'b'] });
    expect(bindBody({ Configuration: { Url: 'u', Filters: ['a', 'b'] } })).toEqual(dotted);
    expect(dotted.form).toEqual({ 'Configuration.Url': ['u'], 'Configuration.Filters': ['a', 'b'] });
  });

  test('groups may nest, and a nested key may be dotted', () => {
    expect(bindBody({ NewMessage: { 'Badge.Count': 1 } }).form).toEqual({ 'NewMessage.Badge.Count': ['1'] });
    expect(bindBody({ NewMessage: { Badge: { Count: 1 } } }).form).toEqual({ 'NewMessage.Badge.Count': ['1'] });
  });

  test('numbers and booleans become strings, and null becomes the empty string', () => {
    expect(bindBody({ FriendlyName: 1.5, Attributes: true, 'Configuration.Url': null }).form).toEqual({
      FriendlyName: ['1.5'],
      Attributes: ['true'],
      'Configuration.Url': [''],
    });
  });

  test('an object or a list in a single-value field becomes JSON text', () => {
    expect(bindBody({ Attributes: { a: [1, null] } }).form).toEqual({ Attributes: ['{"a":[1,null]}'] });
    expect(bindBody({ FriendlyName: ['x', 1] }).form).toEqual({ FriendlyName: ['["x",1]'] });
  });

  test('each object in a list field becomes JSON text, and a single value becomes a list of one', () => {
    expect(bindBody({ Permission: [{ a: 1 }, 'x', null, ['y']] }).form).toEqual({
      Permission: ['{"a":1}', 'x', '', '["y"]'],
    });
    expect(bindBody({ Permission: 'x' }).form).toEqual({ Permission: ['x'] });
  });

  test('unknown fields are left out of the form and reported in dotted spelling', () => {
    const body = { Friendlyname: 'x', Configuration: { Ur: 1, Url: 'u' }, Else: { Deep: 1 }, 'a.b': 1 };
    expect(bindBody(body)).toEqual({
      form: { 'Configuration.Url': ['u'] },
      ignored: ['Friendlyname', 'Configuration.Ur', 'Else', 'a.b'],
    });
  });

  test('a string in place of a group is unknown', () => {
    expect(bindBody({ Configuration: 'x' }).ignored).toEqual(['Configuration']);
  });

  test('a form is bound as it is, without its unknown fields', () => {
    const form: Form = new Map([
      ['FriendlyName', ['a', 'b']],
      ['__proto__', ['x']],
    ]);
    expect(bindBody(form)).toEqual({ form: { FriendlyName: ['a', 'b'] }, ignored: ['__proto__'] });
  });

  test('keys such as __proto__ are unknown fields', () => {
    const body: unknown = JSON.parse('{"__proto__": {"FriendlyName": "x"}, "constructor": {"prototype": 1}}');
    expect(bindBody(body)).toEqual({ form: {}, ignored: ['__proto__', 'constructor'] });
  });

  test.each([['text'], [7], [true], [[{ FriendlyName: 'x' }]]])('a body that is %j is rejected', (body) => {
    expect(() => bindBody(body)).toThrow(expect.objectContaining({ name: 'UNDERSTUDY_BAD_BODY' }));
  });

  test('a value that is nested too deeply is rejected without a stack overflow', () => {
    const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(() => bindBody({ Attributes: deep })).toThrow(
      expect.objectContaining({ name: 'UNDERSTUDY_BAD_BODY', message: expect.stringContaining('`Attributes`') }),
    );
  });

  test('only the first 50 unknown fields are reported', () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`Field${n}`, 'x']));
    expect(bindBody(body).ignored).toHaveLength(50);
  });

  test('any JSON body either binds or is rejected with an UnderstudyError', () => {
    const key = fc.oneof(fc.constantFrom(...fields.keys(), 'Configuration', 'NewMessage', '__proto__'), fc.string());
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => {
        const values = valuesOrError(body);
        const bound = values instanceof UnderstudyError ? [] : values;
        expect(bound.filter((value) => typeof value !== 'string' || !value.isWellFormed())).toEqual([]);
      }),
    );
  });

  test('a body gives the same form dotted and nested', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const flat = fc.dictionary(fc.constantFrom(...fields.keys()), leaf);
    fc.assert(
      fc.property(flat, (body) => {
        expect(bindBody(nested(body))).toEqual(bindBody(body));
      }),
    );
  });
});

function valuesOrError(body: unknown): unknown[] | UnderstudyError {
  try {
    return [...bind({ body }).call.form].flat(2);
  } catch (error) {
    if (error instanceof UnderstudyError) return error;
    throw error;
  }
}

function nested(flat: Record<string, unknown>): object {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flat)) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let group = root;
    for (const part of parts) group = (group[part] ??= {}) as Record<string, unknown>;
    group[last] = value;
  }
  return root;
}
