import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Controls } from '../../control/registry.js';
import type { JsonObject } from '../../core/body.js';
import type { Control } from '../../core/control.js';
import type { Form } from '../../core/operation.js';
import { addJsonAndFormParsers } from '../http/body.js';
import type { ReadWorld } from '../http/credentials.js';
import { methodNotAllowed, RefusalError } from '../http/refusal.js';
import { requestPath } from '../http/request-path.js';
import { sendJson, sendJsonText } from '../http/response.js';
import type { ChangeCheck } from '../http/change-check.js';
import { CONTROL_BASE, pathOf } from './paths.js';

/** In bytes. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** JSON up to this size is parsed as a whole, which is faster. */
const WHOLE = 8 * 1024 * 1024;

interface ControlRouteOptions {
  readonly readWorld: ReadWorld;
  /** Called before a control that changes something. */
  readonly checkChange: ChangeCheck;
}

/**
 * Serves every control as a route: POST with a JSON body, or with a form whose values are parsed by the control's schema.
 * A control that changes nothing is also a GET. The header `Understudy-World` or the Basic user selects the world.
 */
export function serveControls(
  scope: FastifyInstance,
  controls: Controls,
  { readWorld, checkChange }: ControlRouteOptions,
  describe: () => unknown,
): void {
  const controlAt = new Map(controls.list.map((control) => [pathOf(control), control]));
  addJsonAndFormParsers(scope, BODY_LIMIT, (request) => isLarge(request, controlAt.get(pathIn(request))));

  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = pathIn(request);
    const control = controlAt.get(path);
    if (control === undefined) throw controls.unknown(path.slice(1).replaceAll('/', '.'));
    const methods = methodsOf(control);
    if (!methods.some((method) => method === request.method)) throw new RefusalError(methodNotAllowed(methods));
    if (control.changes) checkChange(request.headers);
    const account = readWorld(request);
    const input = readInput(controls, control, request);
    if (control.isLarge === true) return sendJsonText(reply, await controls.runForText(control.name, account, input));
    return sendJson(reply, await controls.run(control.name, account, input));
  };
  // One route for all controls: Fastify takes long to create one for each.
  scope.all('/*', handler);
  let description: unknown;
  scope.get('/openapi.json', (_request, reply) => sendJson(reply, (description ??= describe())));
}

const pathIn = ({ url }: FastifyRequest): string => requestPath(url).slice(CONTROL_BASE.length);

/** Whether the body of a request may be too large to be parsed as a whole. */
function isLarge({ headers }: FastifyRequest, control: Control | undefined): boolean {
  const length = headers['content-length'];
  return control?.isLarge === true && (length === undefined || Number(length) > WHOLE);
}

function methodsOf({ changes }: Control): ('GET' | 'POST')[] {
  return changes ? ['POST'] : ['GET', 'POST'];
}

/** Merges the query and the body; the body takes precedence. */
function readInput(controls: Controls, { name }: Control, { query, body }: FastifyRequest): JsonObject {
  const values = controls.parse(name, lastValues(query as Form));
  if (body === undefined || body === null) return values;
  if (body instanceof Map) return { ...values, ...controls.parse(name, lastValues(body as Form)) };
  return { ...values, ...(body as JsonObject) };
}

function lastValues(form: Form): [name: string, value: string][] {
  return [...form].map(([name, values]) => [name, values.at(-1) ?? '']);
}
