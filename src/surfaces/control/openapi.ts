import { inputSchemaOf } from '../../control/registry.js';
import { errorBodySchema } from '../../core/errors.js';
import type { Control } from '../../core/control.js';
import type { JsonObject } from '../../core/body.js';
import { CONTROL_BASE, pathOf } from './paths.js';

/** An OpenAPI 3.1 document of the control surface, made from the same list that serves it. */
export function describeControls(controls: readonly Control[], version: string): JsonObject {
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'twilio-understudy control',
      version,
      description: 'What can be done to understudy itself: clocks, webhooks, receipts, worlds, faults, the journal.',
    },
    servers: [{ url: '/' }],
    security: [{}, { account: [] }, { token: [] }],
    tags: [...new Set(controls.map(nounOf))].map((name) => ({ name })),
    paths: {
      ...Object.fromEntries(controls.map((control) => [CONTROL_BASE + pathOf(control), pathItem(control)])),
      ...watching,
    },
    components: {
      parameters: {
        world: {
          name: 'Understudy-World',
          in: 'header',
          description: 'The account SID of the world; without it that of the Basic user, else the default world.',
          schema: { type: 'string', pattern: '^AC[0-9a-fA-F]{32}$' },
        },
      },
      responses: {
        done: { description: 'Done.', content: { 'application/json': { schema: { type: 'object' } } } },
        error: {
          description: 'It could not be done; the message says why.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
        },
      },
      schemas: {
        error: errorBodySchema,
      },
      securitySchemes: {
        account: { type: 'http', scheme: 'basic', description: 'User: the account SID (AC…) of the world.' },
        token: { type: 'http', scheme: 'bearer', description: 'The token of a server that was started with one.' },
      },
    },
  };
  return document;
}

/** What no control is, and whoever watches needs. */
const watching = {
  [`${CONTROL_BASE}/health`]: {
    get: {
      operationId: 'health',
      summary: 'Tells mode, version, and whether it is ready.',
      responses: { 200: { $ref: '#/components/responses/done' } },
    },
  },
  [`${CONTROL_BASE}/events`]: {
    get: {
      operationId: 'events',
      summary:
        'Server-sent events of what has just changed: each a JSON list of changes that are named and not shown ' +
        '(exchange, violations, journal-cleared, delivery, world, control), or null: too much to name. Begins with null.',
      responses: {
        200: { description: 'Events, without end.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      },
    },
  },
};

const nounOf = ({ name }: Control): string => name.split('.', 1)[0] ?? name;

function pathItem(control: Control): object {
  const { input, name, changes } = control;
  const common = {
    summary: control.description,
    tags: [nounOf(control)],
    responses: { 200: { $ref: '#/components/responses/done' }, default: { $ref: '#/components/responses/error' } },
  };
  const world = { $ref: '#/components/parameters/world' };
  const id = name.replaceAll('.', '-');
  const schema = inputSchemaOf(control);
  const required = input.required ?? [];
  const post = {
    operationId: id,
    ...common,
    parameters: [world],
    requestBody: { required: required.length > 0, content: { 'application/json': { schema } } },
  };
  if (changes) return { post };
  const query = Object.entries(input.properties).map(([key, property]) => queryParameter(key, property, required));
  return {
    get: { operationId: id, ...common, parameters: [world, ...query] },
    post: { ...post, operationId: `${id}-post` },
  };
}

/** In a query an object or a list is JSON text. */
function queryParameter(
  name: string,
  { description = '', ...schema }: JsonObject,
  required: readonly string[],
): object {
  const common = { name, in: 'query', description, required: required.includes(name) };
  const isText = schema['type'] !== 'object' && schema['type'] !== 'array';
  return isText ? { ...common, schema } : { ...common, content: { 'application/json': { schema } } };
}
