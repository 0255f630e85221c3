import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagedShapes, type ShapesFile, shapesOf } from '../../src/capability/shapes.js';
import { compareShapes } from '../../src/capability/spec/compare.js';
import { convertSpec, type OpenApiFile, type WantedOperation } from '../../src/capability/spec/convert.js';
import { runSpec } from '../../src/capability/spec/spec.js';
import { temporaryFile, temporaryFolder } from './files.js';

/** A small description in Twilio's style: one resource with a list, descriptions, and the known irregularities. */
function description(): OpenApiFile & { [key: string]: unknown } {
  const role = {
    type: 'object',
    properties: {
      sid: {
        type: 'string',
        minLength: 34,
        maxLength: 34,
        pattern: '^RL[0-9a-fA-F]{32}$',
        nullable: true,
        description: 'Text.',
      },
      type: { $ref: '#/components/schemas/role_enum_type' },
      timers: { nullable: true, description: 'An object, though the schema does not say so.' },
      links: { type: 'object', format: 'uri-map', nullable: true },
    },
  };
  const reference = { $ref: '#/components/schemas/api.v1.role' };
  const example = { sid: 'RL1', type: null, timers: {}, links: { users: 'https://example.com' } };
  return {
    info: { title: 'Example', version: '1.2.3' },
    paths: {
      '/v1/Roles': {
        post: {
          description: 'Text.',
          parameters: [
            { name: 'X-On', in: 'header', description: 'Text.', schema: { type: 'string', enum: ['true', 'false'] } },
          ],
          requestBody: {
            content: {
              'application/x-www-form-urlencoded': {
                schema: {
                  type: 'object',
                  title: 'CreateRoleRequest',
                  properties: {
                    Name: { type: 'string', description: 'Text.' },
                    Age: { type: 'integer', format: 'int64' },
                  },
                  required: ['Name'],
                },
              },
            },
          },
          responses: {
            201: { content: { 'application/json': { schema: reference, examples: { create: { value: example } } } } },
          },
        },
        get: {
          parameters: [{ name: 'PageSize', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 50 } }],
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    title: 'ListRoleResponse',
                    properties: {
                      roles: { type: 'array', items: reference },
                      meta: { type: 'object', properties: { key: { type: 'string' } } },
                    },
                  },
                  examples: {
                    list: { value: { roles: [{ ...example, links: { roles: 'https://example.com' } }], meta: {} } },
                  },
                },
              },
            },
          },
        },
        delete: { parameters: [], responses: { 204: { description: 'Gone.' } } },
      },
    },
    components: {
      schemas: { 'api.v1.role': role, role_enum_type: { type: 'string', enum: ['service', 'conversation'] } },
    },
  };
}

const path = '/v1/Roles';
const operations: readonly WantedOperation[] = [
  { namespace: 'api', name: 'createrole', method: 'POST', path },
  { namespace: 'api', name: 'deleterole', method: 'DELETE', path },
  { namespace: 'api', name: 'listrole', method: 'GET', path },
];
const shapeIn = (file: ShapesFile, name: string) => shapesOf(file).of({ namespace: 'api', name });

const convert = (change: (spec: ReturnType<typeof description>) => void = () => {}) => {
  const spec = description();
  change(spec);
  return convertSpec(spec, 'example.json', operations);
};

describe('a converted description', () => {
  it('has form fields, parameters, status codes and answers, without descriptions', () => {
    const converted = convert().operations;
    expect(converted['createrole']).toEqual({
      status: 201,
      form: { properties: { Name: { type: 'string' }, Age: { type: 'integer' } }, required: ['Name'] },
      parameters: { header: { 'X-On': { type: 'string', enum: ['false', 'true'] } } },
      answer: { $ref: '#/schemas/role' },
    });
    expect(converted['listrole']?.parameters).toEqual({
      query: { PageSize: { type: 'integer', minimum: 1, maximum: 50 } },
    });
    expect(converted['deleterole']).toEqual({ status: 204, parameters: {} });
    expect(JSON.stringify(convert())).not.toMatch(/Text\.|title":"Create/);
  });

  it('has the links and the nested objects that only the examples show', () => {
    const { properties } = convert().schemas['role'] as { properties: Record<string, unknown> };
    expect(properties['timers']).toEqual({ type: ['object', 'null'] });
    expect(properties['links']).toMatchObject({ type: ['object', 'null'], properties: { users: {}, roles: {} } });
  });

  it('makes a field nullable when an example shows null, whatever the schema says', () => {
    const { properties } = convert().schemas['role'] as { properties: Record<string, unknown> };
    expect(properties['type']).toEqual({ anyOf: [{ $ref: '#/schemas/role_enum_type' }, { type: 'null' }] });
  });

  it('has the same bytes for any order of the keys in the description', () => {
    const reordered = convert((spec) => {
      const roles = spec.paths['/v1/Roles'] ?? {};
      Object.assign(spec, { paths: { '/v1/Roles': Object.fromEntries(Object.entries(roles).toReversed()) } });
    });
    expect(JSON.stringify(reordered)).toBe(JSON.stringify(convert()));
  });

  it('finds operations by method and path, so their names and the names of placeholders may differ', () => {
    const { paths, ...spec } = description();
    const renamed = { ...spec, paths: { '/v1/Roles/{Sid}': paths['/v1/Roles'] ?? {} } };
    const wanted = { namespace: 'other', name: 'getrole', method: 'GET', path: '/v1/Roles/{RoleSid}' } as const;
    const converted = convertSpec(renamed, 'example.json', [wanted]);
    expect(converted.namespaces).toEqual(['other']);
    expect(converted.operations['getrole']).toEqual(convert().operations['listrole']);
  });

  it('needs every operation of the capability', () => {
    const missing = { namespace: 'api', name: 'fetchrole', method: 'GET', path: '/v1/Roles/{Sid}' } as const;
    expect(() => convertSpec(description(), 'example.json', [missing])).toThrow(
      'example.json has no operation GET /v1/Roles/{Sid} (fetchrole).',
    );
  });

  it('rejects two operations with the same name', () => {
    const [first] = operations as [WantedOperation];
    expect(() => convertSpec(description(), 'example.json', [first, { ...first, namespace: 'other' }])).toThrow(
      'Two operations are named createrole.',
    );
  });

  it('gives a strict answer: every known key is required, no other is allowed', () => {
    const shape = shapeIn(convert(), 'createrole');
    expect(shape?.answer).toMatchObject({ required: ['links', 'sid', 'timers', 'type'], additionalProperties: false });
    expect(shape?.requiredForm).toEqual(['Name']);
    expect(shapeIn(convert(), 'listrole')?.listKey).toBe('roles');
  });
});

describe('npm run spec:check', () => {
  it('prints the operation or schema, the field, and its old and new value', () => {
    const changed = convert(({ paths, components }) => {
      const post = paths['/v1/Roles']?.['post'] as {
        responses: Record<string, unknown>;
        requestBody: { content: Record<string, unknown> };
      };
      post.responses = { 200: post.responses['201'] };
      const form = post.requestBody.content['application/x-www-form-urlencoded'] as {
        schema: { properties: Record<string, unknown> };
      };
      form.schema.properties['Colour'] = { type: 'string' };
      const role = components.schemas['api.v1.role'] as { properties: Record<string, Record<string, unknown>> };
      delete role.properties['sid'];
      Object.assign(components.schemas['role_enum_type'] ?? {}, { enum: ['service'] });
    });
    expect(compareShapes(convert(), changed)).toEqual([
      'operation createrole · form.Colour: absent → {"type":"string"}',
      'operation createrole · status: 201 → 200',
      'schema role · sid: {"maxLength":34,"minLength":34,"pattern":"^RL[0-9a-fA-F]{32}$","type":["string","null"]} → absent',
      'schema role_enum_type · enum: ["conversation","service"] → ["service"]',
    ]);
    expect(compareShapes(convert(), convert())).toEqual([]);
  });

  it('exits with 1 and the command that applies the changes, or with 0 when there are none', () => {
    const target = { shapesFile: join(temporaryFolder(), 'shapes.json'), operations };
    const file = temporaryFile(JSON.stringify(description()), 'example.json');
    expect(runSpec(['update', file], target)).toEqual({ output: `${target.shapesFile}: 3 operations\n`, exitCode: 0 });
    expect(runSpec(['check', file], target)).toEqual({ output: 'Nothing would change.\n', exitCode: 0 });

    const newer = temporaryFile(JSON.stringify(description()).replace('"maximum":50', '"maximum":100'), 'example.json');
    expect(runSpec(['check', newer], target)).toEqual({
      output: [
        'operation listrole · parameters.query.PageSize.maximum: 50 → 100',
        `1 change. To apply: npm run spec:update -- ${newer}`,
        '',
      ].join('\n'),
      exitCode: 1,
    });
  });

  it('needs a file', () => {
    expect(runSpec(['check'])).toEqual({
      output: expect.stringContaining('npm run spec:check -- FILE') as string,
      exitCode: 2,
    });
  });
});

describe('the packaged shapes', () => {
  const shipped = JSON.parse(readFileSync(packagedShapes, 'utf8')) as ShapesFile;

  it('are sorted, as an update writes them', () => {
    const sorted = (value: unknown): unknown =>
      value === null || typeof value !== 'object' || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, part]) => [key, sorted(part)]),
          );
    expect(JSON.stringify(sorted(shipped))).toBe(JSON.stringify(shipped));
  });
});
