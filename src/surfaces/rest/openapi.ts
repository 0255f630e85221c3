import { referenceName, type JsonSchema, type OperationShape } from '../../capability/shapes.js';
import type { Route } from '../../capability/surfaces.js';
import type { Json, JsonObject } from '../../core/body.js';
import { errorBodySchema } from '../../core/errors.js';
import type { Operation, Parameter } from '../../core/operation.js';
import { OperationIndex } from '../../core/operation-index.js';
import type { SurfaceParts } from '../surface.js';

const BODY_DESCRIPTION = 'Form fields. A dotted key may also be written as nested objects.';

export type RestDescriptionParts = Pick<SurfaceParts, 'capability' | 'shapes' | 'describeField' | 'version'>;

/** Generates the OpenAPI 3.1 description of the REST surface from the capability and shapes that serve it. */
export function describeRest(parts: RestDescriptionParts): JsonObject {
  const { capability, shapes, version } = parts;
  const paths: Record<string, Record<string, unknown>> = {};
  const index = new OperationIndex(capability.operations);
  for (const route of capability.routes) {
    const id = index.nameOf(route.operation);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationObject(id, route, parts);
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: capability.label,
      version,
      description:
        'The REST surface of twilio-understudy. Paths come from the capability file; responses are the same as on ' +
        "Twilio's own paths.",
    },
    servers: [{ url: '/' }],
    security: [{}, { account: [] }, { token: [] }],
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(Array.from(shapes.schemas, ([name, schema]) => [name, relocateReferences(schema)])),
        error: errorBodySchema,
      },
      responses: { error: { description: 'Error', content: json({ $ref: '#/components/schemas/error' }) } },
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'User: an account SID (AC…), which selects the world. Password: the token, if one is required.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'Required if the server was started with a token.' },
      },
    },
  };
  return document as unknown as JsonObject;
}

function operationObject(
  operationId: string,
  { description, operation, inputs }: Route,
  parts: RestDescriptionParts,
): object {
  const shape = parts.shapes.of(operation);
  const declared = new Map(operation.parameters.map((parameter) => [parameter.name, parameter]));
  const parameters: object[] = [];
  let requestBody: object | undefined;
  for (const [input, name] of inputs) {
    const parameter = declared.get(name);
    if (parameter?.in === 'body') requestBody = requestBodyObject(operation, parameter, shape, parts);
    else if (parameter) parameters.push(parameterObject(operation, input, parameter, shape, parts));
  }
  return {
    operationId,
    'x-twilio-operation': { noun: operation.noun, verb: operation.verb, scope: operation.scope },
    summary: description,
    parameters,
    ...(requestBody && { requestBody }),
    responses: { ...successResponse(shape), default: { $ref: '#/components/responses/error' } },
  };
}

function parameterObject(
  operation: Operation,
  input: string,
  parameter: Parameter,
  shape: OperationShape | undefined,
  { describeField }: RestDescriptionParts,
): object {
  const schemas = parameter.in === 'body' ? undefined : shape?.[parameter.in];
  const description = describeField(operation, parameter.name);
  return {
    name: input,
    in: parameter.in,
    required: parameter.in === 'path' || parameter.required,
    ...(description !== undefined && { description }),
    schema: schemas?.get(parameter.name) ?? { type: parameter.type },
  };
}

function requestBodyObject(
  operation: Operation,
  parameter: Parameter,
  shape: OperationShape | undefined,
  { describeField }: RestDescriptionParts,
): object {
  const properties = Array.from(shape?.form ?? [], ([name, schema]) => {
    const description = describeField(operation, name);
    return [name, description === undefined ? schema : { ...schema, description }];
  });
  const required = shape?.requiredForm ?? [];
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
  return {
    description: BODY_DESCRIPTION,
    required: parameter.required || required.length > 0,
    content: { ...json(schema), 'application/x-www-form-urlencoded': { schema } },
  };
}

function successResponse(shape: OperationShape | undefined): Record<string, object> {
  if (!shape) return {};
  const { status, otherStatuses, answerReference } = shape;
  const response = answerReference
    ? { description: 'Success', content: json(relocateReferences(answerReference)) }
    : { description: 'Success, without a body' };
  return Object.fromEntries([status, ...otherStatuses].map((each) => [each, response]));
}

function json(schema: Json | JsonSchema | object) {
  return { 'application/json': { schema } };
}

/** Rewrites references to point to where OpenAPI keeps schemas. */
function relocateReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? `#/components/schemas/${referenceName(value)}` : value,
  ) as JsonSchema;
}
