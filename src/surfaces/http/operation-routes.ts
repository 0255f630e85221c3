import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mapMaybe } from '../../core/maybe-promise.js';
import type { Caller, Engine, Form, HttpRequest, Input, Operation, Outcome } from '../../core/operation.js';
import { createConnectionFault } from './connection-fault.js';
import { methodNotAllowed, notFound, RefusalError, sendRefusal } from './refusal.js';
import { type OperationResponse, writeResponse } from './response.js';
import { plainHeaders, twilioHeaders } from './twilio-headers.js';

/** An operation at a method and path of an HTTP surface, such as a `Route` of the capability. */
export interface OperationRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  /** Maps each input's name on this surface to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface OperationRouteOptions {
  readonly engine: Engine;
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Caller;
  /** Returns the error for a path that no operation has. Default: 404. */
  readonly unknownPath?: (request: FastifyRequest, reply: FastifyReply) => Error;
}

/** The request as the journal shows it. It refers to the headers and does not copy them. */
export function httpRequestOf({ method, url, headers }: FastifyRequest): HttpRequest {
  return { method, url, headers };
}

/** The longest path that all routes lie below: `/v1` for `/v1/Services` and `/v1/Services/{Sid}`. */
export function basePath(routes: readonly Pick<OperationRoute, 'path'>[]): string {
  const [first = [], ...others] = routes.map(({ path }) => path.split('/').slice(0, -1));
  const end = first.findIndex((part, i) => part.includes('{') || others.some((other) => other[i] !== part));
  return first.slice(0, end === -1 ? first.length : end).join('/');
}

/** Merges the groups that have the same base path. Empty groups are left out. */
export function groupByBasePath(groups: Iterable<readonly OperationRoute[]>): Map<string, OperationRoute[]> {
  const routesBelow = new Map<string, OperationRoute[]>();
  for (const routes of groups) {
    if (routes.length === 0) continue;
    const base = basePath(routes);
    routesBelow.set(base, [...(routesBelow.get(base) ?? []), ...routes]);
  }
  return routesBelow;
}

/**
 * Serves operations below `base`. Refuses other methods of a known path with 405, and unknown paths with 404. (Below the
 * root, the app's own handler refuses both with 404.)
 */
export function serveOperations(
  scope: FastifyInstance,
  base: string,
  routes: readonly OperationRoute[],
  { engine, callerOf, unknownPath }: OperationRouteOptions,
): void {
  const methodsByPath = new Map<string, string[]>();
  const applyConnectionFault = createConnectionFault(scope);
  for (const route of routes) {
    methodsByPath.set(route.path, [...(methodsByPath.get(route.path) ?? []), route.method]);
    const readInput = createInputReader(route);
    scope.route({
      method: route.method,
      url: route.path.slice(base.length).replaceAll(PLACEHOLDER, ':$1'),
      handler(request, reply) {
        const caller = callerOf(request, reply);
        const send = (outcome: Outcome): void => {
          const response = responseOf(outcome, request);
          if (caller.http !== undefined) caller.http.responseHeaders = response.headers;
          const fault = outcome.result.connectionFault;
          if (fault === undefined) return writeResponse(reply, response);
          response.content?.open().destroy();
          applyConnectionFault(reply, fault, response);
        };
        return mapMaybe(engine.call(route.operation.id, readInput(request), caller), send);
      },
    });
  }
  if (base === '') return;
  const knownPaths = [...methodsByPath].map(([path, methods]) => ({
    pattern: patternOf(path, '[^/]+'),
    emptyPattern: patternOf(path, '[^/]*'),
    methods,
  }));
  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = knownPaths.find(({ pattern }) => pattern.test(path))?.methods;
    if (methods !== undefined) return sendRefusal(reply, methodNotAllowed(methods));
    const lacksSid = knownPaths.some(({ emptyPattern }) => emptyPattern.test(path));
    if (unknownPath === undefined || lacksSid) return sendRefusal(reply, notFound(path));
    throw unknownPath(request, reply);
  });
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

function patternOf(path: string, segment: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&').replaceAll(PLACEHOLDER, segment)}$`);
}

/** Reads an operation's inputs from a request. Unknown query parameters are kept, so that the engine can report them. */
function createInputReader({ operation, inputs }: OperationRoute): (request: FastifyRequest) => Input {
  const locations = new Map(operation.parameters.map((parameter) => [parameter.name, parameter.in]));
  const inputsIn = (location: string) => [...inputs].filter(([, parameter]) => locations.get(parameter) === location);
  const [inPath, inHeader, inQuery] = [inputsIn('path'), inputsIn('header'), new Map(inputsIn('query'))];

  return (request) => {
    const query = request.query as Form;
    // A query may use any name, so the object has no prototype.
    const input: Record<string, unknown> = query.size > 0 ? (Object.create(null) as Record<string, unknown>) : {};
    for (const [name, values] of query) {
      const parameter = inQuery.get(name) ?? (locations.has(name) ? undefined : name);
      if (parameter !== undefined) input[parameter] = values.length === 1 ? values[0] : values;
    }
    for (const [name, parameter] of inHeader) input[parameter] = request.headers[name.toLowerCase()];
    input['body'] = request.body;
    for (const [name, parameter] of inPath) {
      const value = (request.params as Record<string, string>)[name];
      if (value === undefined || value === '') throw new RefusalError(notFound(request.url));
      input[parameter] = value;
    }
    return input;
  };
}

function responseOf({ result, ignored }: Outcome, request: FastifyRequest): OperationResponse {
  const { status, body, content } = result;
  const headers = twilioHeaders(request);
  if (body !== null) headers['content-type'] = (request.stamp?.surface ?? plainHeaders).json;
  if (ignored.length > 0) headers['understudy-ignored'] = formatIgnored(ignored);
  // Headers from Twilio override ours: a live response may have another content type than JSON.
  for (const [name, value] of Object.entries(result.headers)) headers[name.toLowerCase()] = value;
  return { status, headers, body, content };
}

const MAX_IGNORED_LENGTH = 1000;

/** Lists as many names as fit. Each is percent-encoded, so that it cannot end the header. */
function formatIgnored(names: readonly string[]): string {
  const list: string[] = [];
  let length = 0;
  for (const name of names) {
    const encoded = encodeURIComponent(name);
    length += encoded.length + 1;
    if (length > MAX_IGNORED_LENGTH) break;
    list.push(encoded);
  }
  return list.join(',');
}
