import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { describeField } from '../../src/backends/simulator/conversations/descriptions.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { describeRest } from '../../src/surfaces/rest/openapi.js';
import { shapeNamed } from '../helpers/operations.js';

const capability = loadCapability();
const shapes = loadShapes();
const document = describeRest({ capability, shapes, describeField, version: '1.2.3' });

interface OperationObject {
  operationId: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { required: boolean; content: Record<string, { schema: { properties: object; required?: string[] } }> };
  responses: Record<string, unknown>;
}
const paths = document['paths'] as unknown as Record<string, Record<string, OperationObject>>;
const operations = Object.values(paths).flatMap((path) => Object.values(path));

describe('the OpenAPI document of the REST surface', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(document['openapi']).toBe('3.1.0');
  });

  it('has the paths of the capability and all of its operations', () => {
    expect(Object.keys(paths)).toEqual([...new Set(capability.routes.map(({ path }) => path))]);
    expect(paths['/v1/v1/services/{chatservicesid}/bindings/{sid}']).toBeDefined();
    expect(operations.map(({ operationId }) => operationId)).toEqual(
      capability.routes.map((route) => route.operation.name),
    );
  });

  it('lists the form fields of a create and those that are required', () => {
    const create = paths['/v1/v1/services/{chatservicesid}/roles']?.['post'];
    expect(create?.requestBody?.required).toBe(true);
    expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
      properties: {
        FriendlyName: { type: 'string', description: expect.any(String) as string },
        Permission: { type: 'array', items: { type: 'string' } },
        Type: { enum: ['conversation', 'service'] },
      },
      required: ['FriendlyName', 'Permission', 'Type'],
    });
    expect(Object.keys(create?.requestBody?.content ?? {})).toContain('application/x-www-form-urlencoded');
  });

  it('lists query and header parameters with their limits', () => {
    const list = paths['/v1/v1/services/{chatservicesid}/conversations/{conversationsid}/messages']?.['get'];
    expect(list?.parameters).toContainEqual({
      name: 'PageSize',
      in: 'query',
      required: false,
      description: 'Records per page.',
      schema: { type: 'integer', minimum: 1, maximum: 100 },
    });
    const create = paths['/v1/v1/services/{chatservicesid}/conversations']?.['post'];
    expect(create?.parameters.map((parameter) => parameter.name)).toContain('X-Twilio-Webhook-Enabled');
  });

  it('gives each operation its success response and the error response', () => {
    for (const { operationId, responses } of operations) {
      const { status, otherStatuses = [] } = shapeNamed(operationId) ?? {};
      expect(Object.keys(responses)).toEqual([...[status, ...otherStatuses].map(String), 'default']);
    }
  });
});

it('tells operations of the same name in two namespaces apart', () => {
  const [route] = capability.routes;
  if (route === undefined) throw new Error('the capability has no routes');
  const { operation } = route;
  const twin = { ...operation, namespace: 'other', id: `other.${operation.name}` };
  const described = describeRest({
    capability: {
      ...capability,
      operations: [operation, twin],
      routes: [route, { ...route, path: '/other', operation: twin }],
    },
    shapes,
    describeField,
    version: '1.2.3',
  });
  const ids = Object.values(described['paths'] as unknown as typeof paths).map(
    (path) => path[route.method.toLowerCase()]?.operationId,
  );
  expect(ids).toEqual([operation.id, twin.id]);
});
