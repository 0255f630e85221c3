import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Controls } from '../../control/registry.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Form } from '../../core/operation.js';
import type { Control } from '../../core/control.js';
import type { JsonObject } from '../../core/body.js';
import { asBytes } from '../http/response.js';
import { FORM, readBodiesOf, readForm } from '../http/body.js';
import { CONTROL_BASE, pathOf } from './paths.js';
import { accountOf, readBasic } from '../http/credentials.js';
import { methodNotAllowed, RefusalError } from '../http/refusal.js';

/** A world that is imported may be far larger than anything that Twilio takes. */
const LARGEST = 64 * 1024 * 1024;

/**
 * Every control as a route: POST with a JSON body, or a form whose values are read as the schema wants them; what
 * changes nothing is a GET as well. The world is that of the Basic user or of the header `Understudy-World`.
 */
export function serveControls(scope: FastifyInstance, controls: Controls, describe: () => unknown): void {
  scope.removeAllContentTypeParsers();
  readBodiesOf(scope, /^application\/(?:[\w.-]+\+)?json\b/i, readJson, LARGEST);
  readBodiesOf(scope, FORM, readForm, LARGEST);
  readBodiesOf(scope, '*', (text) => {
    if (text === '') return;
    throw new UnderstudyError('UNDERSTUDY_UNSUPPORTED_TYPE', `A body must be application/json or ${FORM}.`);
  });

  for (const control of controls.list) {
    scope.route({
      method: control.changes ? ['POST'] : ['GET', 'POST'],
      url: pathOf(control),
      handler: async (request, reply) => {
        const account = accountOf(request, readBasic(request.headers.authorization));
        return sendJson(reply, await controls.run(control.name, account, inputOf(controls, control, request)));
      },
    });
  }
  scope.setNotFoundHandler((request) => {
    const path = request.url.slice(CONTROL_BASE.length).split('?', 1)[0] ?? '';
    const known = controls.list.find((control) => pathOf(control) === path);
    if (known !== undefined) throw new RefusalError(methodNotAllowed(known.changes ? ['POST'] : ['GET', 'POST']));
    throw controls.unknown(path.slice(1).replaceAll('/', '.'));
  });
  let description: unknown;
  scope.get('/openapi.json', (_request, reply) => sendJson(reply, (description ??= describe())));
}

/** What the query says as text, and the body, which counts more. */
function inputOf(controls: Controls, { name }: Control, { query, body }: FastifyRequest): JsonObject {
  const texts = controls.read(name, lastOf(query as Form));
  if (body === undefined || body === null) return texts;
  if (body instanceof Map) return { ...texts, ...controls.read(name, lastOf(body as Form)) };
  return { ...texts, ...(body as JsonObject) };
}

function lastOf(form: Form): [name: string, text: string][] {
  return [...form].map(([name, texts]) => [name, texts.at(-1) ?? '']);
}

function readJson(text: string): object | undefined {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message.slice(0, 200).toWellFormed();
    throw new UnderstudyError('UNDERSTUDY_BAD_BODY', `The body is not valid JSON: ${why}.`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UnderstudyError('UNDERSTUDY_BAD_BODY', 'The body must be a JSON object.');
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(asBytes(JSON.stringify(value)));
}
