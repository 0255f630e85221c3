import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagedShapes, shapesOf } from '../../src/capability/shapes.js';
import { compareShapes } from '../../src/capability/spec/compare.js';
import { convertSpec, type OpenApiFile } from '../../src/capability/spec/convert.js';
import { runSpec } from '../../src/capability/spec/spec.js';
import { temporaryFile, temporaryFolder } from './files.js';

/** A description in the manner of Twilio's, small: one resource with a list, prose and oddities. */
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
        description: 'Prose.',
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
          operationId: 'CreateRole',
          description: 'Prose.',
          parameters: [
            { name: 'X-On', in: 'header', description: 'Prose.', schema: { type: 'string', enum: ['true', 'false'] } },
          ],
          requestBody: {
            content: {
              'application/x-www-form-urlencoded': {
                schema: {
                  type: 'object',
                  title: 'CreateRoleRequest',
                  properties: {
                    Name: { type: 'string', description: 'Prose.' },
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
          operationId: 'ListRole',
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
        delete: { operationId: 'DeleteRole', parameters: [], responses: { 204: { description: 'Gone.' } } },
      },
    },
    components: {
      schemas: { 'api.v1.role': role, role_enum_type: { type: 'string', enum: ['service', 'conversation'] } },
    },
  };
}

const names = ['createrole', 'deleterole', 'listrole'];
const convert = (change: (spec: ReturnType<typeof description>) => void = () => {}) => {
  const spec = description();
  change(spec);
  return convertSpec(spec, 'example.json', names);
};

describe('facts taken from a published description', () => {
  it('are form fields, parameters, status codes and answers, without prose', () => {
    const { operations } = convert();
    expect(operations['createrole']).toEqual({
      status: 201,
      form: { properties: { Name: { type: 'string' }, Age: { type: 'integer' } }, required: ['Name'] },
      parameters: { header: { 'X-On': { type: 'string', enum: ['false', 'true'] } } },
      answer: { $ref: '#/schemas/role' },
    });
    expect(operations['listrole']?.parameters).toEqual({
      query: { PageSize: { type: 'integer', minimum: 1, maximum: 50 } },
    });
    expect(operations['deleterole']).toEqual({ status: 204, parameters: {} });
    expect(JSON.stringify(convert())).not.toMatch(/Prose|title":"Create/);
  });

  it('name the links and the nested objects that only the examples show', () => {
    const { properties } = convert().schemas['role'] as { properties: Record<string, unknown> };
    expect(properties['timers']).toEqual({ type: ['object', 'null'] });
    expect(properties['links']).toMatchObject({ type: ['object', 'null'], properties: { users: {}, roles: {} } });
  });

  it('call a field nullable that an example shows null, whatever the schema says', () => {
    const { properties } = convert().schemas['role'] as { properties: Record<string, unknown> };
    expect(properties['type']).toEqual({ anyOf: [{ $ref: '#/schemas/role_enum_type' }, { type: 'null' }] });
  });

  it('are the same bytes whatever the order of the description', () => {
    const turned = convert((spec) => {
      const roles = spec.paths['/v1/Roles'] ?? {};
      Object.assign(spec, { paths: { '/v1/Roles': Object.fromEntries(Object.entries(roles).toReversed()) } });
    });
    expect(JSON.stringify(turned)).toBe(JSON.stringify(convert()));
  });

  it('need every operation of the capability', () => {
    expect(() => convertSpec(description(), 'example.json', ['fetchrole'])).toThrow(
      'example.json has no operation fetchrole.',
    );
  });

  it('become a strict answer: every known key required, no other allowed', () => {
    const shape = shapesOf(convert()).operations.get('createrole');
    expect(shape?.answer).toMatchObject({ required: ['links', 'sid', 'timers', 'type'], additionalProperties: false });
    expect(shape?.requiredForm).toEqual(['Name']);
    expect(shapesOf(convert()).operations.get('listrole')?.listKey).toBe('roles');
  });
});

describe('npm run spec:check', () => {
  it('names the operation or schema, the field, and what it was and is', () => {
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

  it('exits with 1 and the way to take the changes, with 0 when there are none', () => {
    const target = { shapesFile: join(temporaryFolder(), 'shapes.json'), names };
    const file = temporaryFile(JSON.stringify(description()), 'example.json');
    expect(runSpec(['update', file], target)).toEqual({ output: `${target.shapesFile}: 3 operations\n`, exitCode: 0 });
    expect(runSpec(['check', file], target)).toEqual({ output: 'Nothing changed.\n', exitCode: 0 });

    const newer = temporaryFile(JSON.stringify(description()).replace('"maximum":50', '"maximum":100'), 'example.json');
    expect(runSpec(['check', newer], target)).toEqual({
      output: [
        'operation listrole · parameters.query.PageSize.maximum: 50 → 100',
        `1 change. Take them with: npm run spec:update -- ${newer}`,
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

describe('the shapes that ship', () => {
  const shipped = JSON.parse(readFileSync(packagedShapes, 'utf8')) as Parameters<typeof shapesOf>[0];

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
    expect(Object.keys(shipped.operations)).toHaveLength(50);
  });
});
