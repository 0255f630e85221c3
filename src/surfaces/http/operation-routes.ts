import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { mapMaybe } from '../../core/maybe-promise.js';
import type {
  Caller,
  Engine,
  Form,
  HttpRequest,
  Input,
  Operation,
  Outcome,
  ResponseHeaders,
} from '../../core/operation.js';
import { lazy } from '../../util/lazy.js';
import { placeholdersOf } from '../../util/path-template.js';
import { type PathMatch, PathTree } from '../../util/path-tree.js';
import { createConnectionFault } from './connection-fault.js';
import type { DirectRoutes } from './direct.js';
import type { GuardedRequest, OperationReply, OperationRequest } from './operation-request.js';
import { methodNotAllowed, notFound, RefusalError } from './refusal.js';
import { requestPath } from './request-path.js';
import { headersForJournal, type OperationResponse, writeResponse } from './response.js';
import { writeStamped } from './stamped-response.js';
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
  readonly callerOf: (request: OperationRequest, reply: OperationReply) => Caller;
  /** What lets usual requests be answered without Fastify; absent if Fastify must answer all. */
  readonly direct?: Pick<DirectRoutes, 'guards' | 'parserOf' | 'stamp'> | undefined;
  /** Returns the error for a path that no operation has. Default: 404. */
  readonly unknownPath?: (request: FastifyRequest, reply: FastifyReply) => Error;
  /** Answers requests for such a path instead, before their body is parsed. */
  readonly forwardUnknownPath?: onRequestHookHandler | undefined;
}

/** The request as the journal shows it, in one object and three texts, because the journal keeps it. */
export function httpRequestOf({ method, url, raw }: GuardedRequest): HttpRequest {
  return new KeptRequest(method, url, raw.rawHeaders.join('\n'));
}

class KeptRequest implements HttpRequest {
  responseHeaders?: ResponseHeaders;

  constructor(
    readonly method: string,
    readonly url: string,
    /** Names and values in turn, each on a line. */
    readonly head: string,
  ) {}

  get headersLength(): number {
    return this.head.length;
  }

  get headers(): Readonly<Record<string, string>> {
    const headers = new Map<string, string>();
    const lines = this.head.split('\n');
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const name = (lines[i] as string).toLowerCase();
      const value = lines[i + 1] as string;
      const earlier = headers.get(name);
      headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
    }
    return Object.fromEntries(headers);
  }
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

/** A route, and what reads its inputs. Most routes are never called, so the reader is made on the first call. */
interface ServedRoute {
  readonly operation: Operation;
  readonly reader: () => InputReader;
}

type InputReader = (request: OperationRequest, placeholders: readonly string[]) => Input;

/**
 * Serves operations below `base`. Refuses other methods of a known path with 405, and unknown paths with 404 or the given
 * error. One wildcard route serves them all: a Fastify route for each operation would take most of the time of a start.
 */
export function serveOperations(
  scope: FastifyInstance,
  base: string,
  routes: readonly OperationRoute[],
  { engine, callerOf, direct, unknownPath, forwardUnknownPath }: OperationRouteOptions,
): void {
  const applyConnectionFault = createConnectionFault(scope);
  const tree = new PathTree<ServedRoute>();
  for (const route of routes) {
    tree.add(route.method, route.path, { operation: route.operation, reader: lazy(() => createInputReader(route)) });
  }
  const answer = (
    { value: { operation, reader }, placeholders }: PathMatch<ServedRoute>,
    request: OperationRequest,
    reply: OperationReply,
  ): void | Promise<void> => {
    const caller = callerOf(request, reply);
    const send = (outcome: Outcome): void => {
      const headers = writeStamped(request, reply, outcome);
      if (headers !== undefined) {
        if (caller.http !== undefined) caller.http.responseHeaders = headers;
        return;
      }
      const response = responseOf(outcome, request);
      if (caller.http !== undefined) caller.http.responseHeaders = headersForJournal(response.headers);
      const fault = outcome.result.connectionFault;
      if (fault === undefined) return writeResponse(reply, response);
      response.content?.open().destroy();
      applyConnectionFault(reply, fault, response);
    };
    return mapMaybe(engine.call(operation.id, reader()(request, placeholders), caller), send);
  };
  const handler = (request: FastifyRequest, reply: FastifyReply): void | Promise<void> => {
    const path = requestPath(request.url);
    const match = tree.find(request.method, path);
    return match === undefined ? refuse(request, reply, path) : answer(match, request, reply);
  };
  const refuse = (request: FastifyRequest, reply: FastifyReply, path: string): void => {
    const methods = tree.methodsAt(path);
    const lacksSid = methods.some((method) => tree.find(method, path)?.placeholders.includes(''));
    if (methods.length > 0 && !lacksSid) throw new RefusalError(methodNotAllowed(methods));
    if (base === '') return reply.callNotFound();
    if (lacksSid || unknownPath === undefined) throw new RefusalError(notFound(path));
    throw unknownPath(request, reply);
  };
  if (forwardUnknownPath !== undefined) {
    scope.addHook('onRequest', function forward(request, reply, done) {
      const path = requestPath(request.url);
      const isKnown = tree.find(request.method, path) !== undefined || tree.methodsAt(path).length > 0;
      if (isKnown) done();
      else forwardUnknownPath.call(this, request, reply, done);
    });
  }
  scope.methodLookups.push((path) => tree.methodsAt(path));
  for (const url of ['', '/*']) scope.all(url, handler);
  if (direct === undefined) return;
  scope.direct.addRoutes({
    ...direct,
    base,
    find(method, url) {
      const match = tree.find(method, requestPath(url));
      return match && ((request, reply) => answer(match, request, reply));
    },
  });
}

/** Reads an operation's inputs from a request. Unknown query parameters are kept, so that the engine can report them. */
function createInputReader({ operation, path, inputs }: OperationRoute): InputReader {
  const locations = new Map(operation.parameters.map((parameter) => [parameter.name, parameter.in]));
  const inputsIn = (location: string) => [...inputs].filter(([, parameter]) => locations.get(parameter) === location);
  const names = placeholdersOf(path);
  const inPath = inputsIn('path').map(([name, parameter]) => [names.indexOf(name), parameter] as const);
  const [inHeader, inQuery] = [inputsIn('header'), new Map(inputsIn('query'))];

  return (request, placeholders) => {
    const query = request.query as Form;
    const input = new Inputs();
    for (const [name, values] of query) {
      const parameter = inQuery.get(name) ?? (locations.has(name) ? undefined : name);
      if (parameter !== undefined) input[parameter] = values.length === 1 ? values[0] : values;
    }
    for (const [name, parameter] of inHeader) input[parameter] = request.headers[name.toLowerCase()];
    input['body'] = request.body;
    for (const [index, parameter] of inPath) {
      const value = placeholders[index];
      if (value === undefined || value === '') throw new RefusalError(notFound(request.url));
      input[parameter] = value;
    }
    return input;
  };
}

/** An object for any names: nothing is inherited. V8 is much slower with objects of `Object.create(null)`. */
const Inputs = function () {} as unknown as new () => Record<string, unknown>;
Inputs.prototype = Object.create(null);

function responseOf({ result, ignored }: Outcome, request: OperationRequest): OperationResponse {
  const { status, body, content } = result;
  const headers = twilioHeaders(request);
  if (body !== null) headers['content-type'] = (request.stamp?.surface ?? plainHeaders).json;
  if (ignored.length > 0) headers['understudy-ignored'] = formatIgnored(ignored);
  // Headers from Twilio override ours: a live response may have another content type than JSON.
  for (const name of Object.keys(result.headers)) headers[name.toLowerCase()] = result.headers[name] ?? '';
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
