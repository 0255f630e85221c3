import { describeField } from '../../capability/field-descriptions.js';
import type { Capability } from '../../capability/load.js';
import { referenceName, type JsonSchema, type OperationShape, type Shapes } from '../../capability/shapes.js';
import type { Route } from '../../capability/surfaces.js';
import { errorBodySchema } from '../../core/errors.js';
import type { Operation, Parameter } from '../../core/operation.js';
import type { Json, JsonObject } from '../../core/body.js';

const BODY_HINT = 'Fields of the form. A dotted key may also be written as nested objects.';

/** An OpenAPI 3.1 document of the REST surface, made from the sources that serve it. */
export function describeRest(capability: Capability, shapes: Shapes, { version }: { version: string }): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of capability.routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationObject(route, shapes);
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: capability.label,
      version,
      description:
        'The REST surface of twilio-understudy: paths of the capability file, JSON bodies, answers as Twilio gives them.',
    },
    servers: [{ url: '/' }],
    security: [{}, { account: [] }, { token: [] }],
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(Array.from(shapes.schemas, ([name, schema]) => [name, relocated(schema)])),
        error: errorBodySchema,
      },
      responses: { error: { description: 'A refusal.', content: json({ $ref: '#/components/schemas/error' }) } },
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'User: the account SID (AC…), which selects the world.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'The token of a server that was started with one.' },
      },
    },
  };
  return document as unknown as JsonObject;
}

function operationObject({ description, operation, inputs }: Route, shapes: Shapes): object {
  const shape = shapes.operations.get(operation.name);
  const declared = new Map(operation.parameters.map((parameter) => [parameter.name, parameter]));
  const parameters: object[] = [];
  let requestBody: object | undefined;
  for (const [input, name] of inputs) {
    const parameter = declared.get(name);
    if (parameter?.in === 'body') requestBody = bodyObject(operation, parameter, shape);
    else if (parameter) parameters.push(parameterObject(operation, input, parameter, shape));
  }
  return {
    operationId: operation.name,
    summary: description,
    parameters,
    ...(requestBody && { requestBody }),
    responses: { ...answers(operation, shapes), default: { $ref: '#/components/responses/error' } },
  };
}

function parameterObject(
  operation: Operation,
  input: string,
  parameter: Parameter,
  shape: OperationShape | undefined,
): object {
  const place = parameter.in === 'body' ? undefined : shape?.[parameter.in];
  const description = describeField(operation, parameter.name);
  return {
    name: input,
    in: parameter.in,
    required: parameter.in === 'path' || parameter.required,
    ...(description !== undefined && { description }),
    schema: place?.get(parameter.name) ?? { type: parameter.type },
  };
}

function bodyObject(operation: Operation, parameter: Parameter, shape: OperationShape | undefined): object {
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
    description: BODY_HINT,
    required: parameter.required || required.length > 0,
    content: { ...json(schema), 'application/x-www-form-urlencoded': { schema } },
  };
}

function answers(operation: Operation, shapes: Shapes): Record<string, object> {
  const shape = shapes.operations.get(operation.name);
  const answer = shapes.answerReferences.get(operation.name);
  if (!shape) return {};
  return {
    [shape.status]: answer
      ? { description: 'Success.', content: json(relocated(answer)) }
      : { description: 'Success, without a body.' },
  };
}

function json(schema: Json | JsonSchema | object) {
  return { 'application/json': { schema } };
}

/** The same schema with its references pointing to where OpenAPI keeps schemas. */
function relocated(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? `#/components/schemas/${referenceName(value)}` : value,
  ) as JsonSchema;
}
