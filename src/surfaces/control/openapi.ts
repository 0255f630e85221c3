import { inputSchemaOf } from '../../control/registry.js';
import type { JsonObject } from '../../core/body.js';
import type { Control } from '../../core/control.js';
import { errorBodySchema } from '../../core/errors.js';
import { CONTROL_BASE, pathOf } from './paths.js';

/** Generates the OpenAPI 3.1 description of the control surface from the list of controls that serves it. */
export function describeControls(controls: readonly Control[], version: string): JsonObject {
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'twilio-understudy control',
      version,
      description: 'Controls of twilio-understudy itself: clock, webhooks, receipts, worlds, faults, journal.',
    },
    servers: [{ url: '/' }],
    security: [{}, { account: [] }, { token: [] }],
    tags: [...new Set(controls.map(groupOf))].map((name) => ({ name })),
    paths: {
      ...Object.fromEntries(controls.map((control) => [CONTROL_BASE + pathOf(control), pathItem(control)])),
      ...monitoringPaths,
    },
    components: {
      parameters: {
        world: {
          name: 'Understudy-World',
          in: 'header',
          description: 'Account SID of the world. Default: the Basic user, else the default world.',
          schema: { type: 'string', pattern: '^AC[0-9a-fA-F]{32}$' },
        },
      },
      responses: {
        done: { description: 'Success', content: { 'application/json': { schema: { type: 'object' } } } },
        error: {
          description: 'Error; the message states the reason.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
        },
      },
      schemas: {
        error: errorBodySchema,
      },
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'User: the account SID (AC…) of the world. Password: the token, if one is required.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'Required if the server was started with a token.' },
      },
    },
  };
  return document;
}

/** Paths that are not controls. */
const monitoringPaths = {
  [`${CONTROL_BASE}/health`]: {
    get: {
      operationId: 'health',
      summary: 'Returns mode, version, uptime in seconds, and whether the server is ready.',
      responses: { 200: { $ref: '#/components/responses/done' } },
    },
  },
  [`${CONTROL_BASE}/events`]: {
    get: {
      operationId: 'events',
      summary:
        'Streams changes as server-sent events. Each event is a JSON list of changes (exchange, violations, ' +
        'journal-cleared, delivery, world, control), which name what changed without its content, or null if there are ' +
        'too many to list. The first event is null.',
      responses: {
        200: {
          description: 'A stream of events that does not end.',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
      },
    },
  },
};

/** The part of a control's name before the dot: `clock` for `clock.advance`. */
const groupOf = ({ name }: Control): string => name.split('.', 1)[0] ?? name;

function pathItem(control: Control): object {
  const { input, name, changes } = control;
  const common = {
    summary: control.description,
    tags: [groupOf(control)],
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

/** An object or a list is JSON text in a query. */
function queryParameter(
  name: string,
  { description = '', ...schema }: JsonObject,
  required: readonly string[],
): object {
  const common = { name, in: 'query', description, required: required.includes(name) };
  const isPlain = schema['type'] !== 'object' && schema['type'] !== 'array';
  return isPlain ? { ...common, schema } : { ...common, content: { 'application/json': { schema } } };
}
