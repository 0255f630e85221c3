import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Engine, Form, Input, Operation, Outcome } from '../../core/operation.js';
import { mapMaybe } from '../../core/maybe-promise.js';
import { type Answer, namesOf, writeAnswer } from './response.js';
import { createConnectionFault } from './connection-fault.js';
import { methodNotAllowed, notFound, RefusalError, sendRefusal } from './refusal.js';

/** One operation at one place of an HTTP surface; a `Route` of the capability is one. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  /** From the input's name on this surface to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface Serving {
  readonly engine: Engine;
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Caller;
}

/** The path that all of a surface's paths lie below: `/v1` of `/v1/Services` and `/v1/Services/{Sid}`. */
export function basePath(served: readonly Pick<Served, 'path'>[]): string {
  const [first = [], ...others] = served.map(({ path }) => path.split('/').slice(0, -1));
  const end = first.findIndex((part, place) => part.includes('{') || others.some((other) => other[place] !== part));
  return first.slice(0, end === -1 ? first.length : end).join('/');
}

/** Serves operations below `base`, and refuses everything else there: another method of a known path, an unknown path. */
export function serveOperations(
  scope: FastifyInstance,
  base: string,
  served: readonly Served[],
  serving: Serving,
): void {
  const methodsByPath = new Map<string, string[]>();
  const applyConnectionFault = createConnectionFault(scope);
  for (const each of served) {
    methodsByPath.set(each.path, [...(methodsByPath.get(each.path) ?? []), each.method]);
    const read = createReader(each);
    scope.route({
      method: each.method,
      url: each.path.slice(base.length).replaceAll(PLACEHOLDER, ':$1'),
      handler(request, reply) {
        const caller = serving.callerOf(request, reply);
        const send = (outcome: Outcome): void => {
          const answer = answerOf(outcome, request);
          const fault = outcome.result.connectionFault;
          if (fault === undefined) writeAnswer(reply, answer);
          else applyConnectionFault(reply, fault, answer);
        };
        return mapMaybe(serving.engine.call(each.operation.name, read(request), caller), send);
      },
    });
  }
  const known = [...methodsByPath].map(([path, methods]) => ({ pattern: patternOf(path), methods }));
  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = known.find(({ pattern }) => pattern.test(path))?.methods;
    return sendRefusal(reply, methods === undefined ? notFound(path) : methodNotAllowed(methods));
  });
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&').replaceAll(PLACEHOLDER, '[^/]+')}$`);
}

/** Takes an operation's declared inputs from a request; what else is in the query goes along, to be named as unknown. */
function createReader({ operation, inputs }: Served): (request: FastifyRequest) => Input {
  const placeOf = new Map(operation.parameters.map((parameter) => [parameter.name, parameter.in]));
  const named = (where: string) => [...inputs].filter(([, parameter]) => placeOf.get(parameter) === where);
  const [inPath, inHeader, inQuery] = [named('path'), named('header'), new Map(named('query'))];

  return (request) => {
    const query = request.query as Form;
    // Without a prototype, so that a query may be named as it likes.
    const input: Record<string, unknown> = query.size > 0 ? (Object.create(null) as Record<string, unknown>) : {};
    for (const [name, texts] of query) {
      const parameter = inQuery.get(name) ?? (placeOf.has(name) ? undefined : name);
      if (parameter !== undefined) input[parameter] = texts.length === 1 ? texts[0] : texts;
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

const LONGEST_IGNORED = 1000;

function answerOf({ result, ignored }: Outcome, request: FastifyRequest): Answer {
  const { status, body } = result;
  const headers = namesOf(request);
  if (body !== null) headers['content-type'] = 'application/json';
  if (ignored.length > 0) headers['understudy-ignored'] = listOf(ignored);
  // Twilio's own, where it is Twilio that answered: what is no JSON must not be called so.
  for (const [name, value] of Object.entries(result.headers)) headers[name.toLowerCase()] = value;
  return { status, headers, body };
}

/** As many names as fit, each encoded, so that a name cannot end the header. */
function listOf(names: readonly string[]): string {
  const list: string[] = [];
  let length = 0;
  for (const name of names) {
    const encoded = encodeURIComponent(name);
    length += encoded.length + 1;
    if (length > LONGEST_IGNORED) break;
    list.push(encoded);
  }
  return list.join(',');
}
