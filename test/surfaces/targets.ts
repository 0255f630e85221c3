import type { FastifyInstance } from 'fastify';
import type { Capability } from '../../src/capability/load.js';
import type { Shapes } from '../../src/capability/shapes.js';
import type { Engine, Input } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';
import type { Target } from './story.js';

/** The engine itself, as a target. */
export function engineTarget(engine: Engine, origin: string): Target {
  return async (operation, input) => {
    const { result } = await engine.call(operation, input, { surface: 'engine', origin });
    return { status: result.status, body: result.body?.value ?? null };
  };
}

/** The REST surface: JSON bodies on the capability's own paths. */
export function restTarget(http: FastifyInstance, { routes }: Capability): Target {
  return async (operation, input) => {
    const route = routes.find((one) => one.operation.name === operation);
    if (!route) throw new Error(`No route calls ${operation}.`);
    const names = new Map([...route.inputs].map(([name, parameter]) => [parameter, name]));
    const { url, headers } = addressOf(route.path, route.operation, input, (name) => names.get(name) ?? name);
    const payload = input['body'] as object | undefined;
    return answerOf(await http.inject({ method: route.method, url, headers, ...(payload && { payload }) }));
  };
}

/** The Twilio surface: form bodies on Twilio's paths, as the official libraries send them. */
export function twilioTarget(http: FastifyInstance, { operations }: Capability, authorization: string): Target {
  return async (name, input) => {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`There is no operation ${name}.`);
    const { url, headers } = addressOf(operation.path, operation, input, (parameter) => parameter);
    const form = new URLSearchParams();
    addFields(form, '', input['body'] ?? {});
    const type = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    const payload = operation.method === 'POST' ? { payload: form.toString() } : {};
    return answerOf(await http.inject({ method: operation.method, url, headers: { ...headers, ...type }, ...payload }));
  };
}

/** What a tool call gives back, whichever client made it. */
export interface ToolAnswer {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly structuredContent?: unknown;
}

/** The MCP surface, by the client that `call` speaks with. It says no status of success: that is the published one. */
export function mcpTarget(
  { tools }: Capability,
  shapes: Shapes,
  call: (params: { name: string; arguments: Record<string, unknown> }) => Promise<ToolAnswer>,
): Target {
  return async (operation, input) => {
    const tool = tools.find((one) => one.operation.name === operation);
    if (!tool) throw new Error(`No tool calls ${operation}.`);
    const answer = await call({ name: tool.name, arguments: { ...input } });
    const told = JSON.parse(answer.content[0]?.text ?? '') as JsonObject;
    if (answer.isError === true) return { status: Number(told['status']), body: told };
    const status = shapes.operations.get(operation)?.status ?? 0;
    const isTheSame = JSON.stringify(answer.structuredContent) === JSON.stringify(told);
    if (!isTheSame) throw new Error(`${tool.name} tells one thing as text and another as structured content.`);
    return { status, body: status === 204 ? null : told };
  };
}

function addressOf(
  path: string,
  { parameters }: Capability['operations'][number],
  input: Input,
  nameOf: (parameter: string) => string,
) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let url = path;
  for (const parameter of parameters) {
    const value = input[parameter.name] as string | number | readonly string[] | undefined;
    if (value === undefined) continue;
    const name = nameOf(parameter.name);
    if (parameter.in === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value.toString()));
    else if (parameter.in === 'header') headers[name] = value.toString();
    else if (parameter.in === 'query') for (const one of [value].flat()) query.append(name, one.toString());
  }
  return { url: query.size > 0 ? `${url}?${query.toString()}` : url, headers };
}

function addFields(form: URLSearchParams, prefix: string, fields: object): void {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (Array.isArray(value)) for (const one of value) form.append(prefix + name, String(one));
    else if (typeof value === 'object' && value !== null) addFields(form, `${prefix}${name}.`, value);
    else form.append(prefix + name, String(value));
  }
}

function answerOf({ statusCode, body }: { statusCode: number; body: string }): { status: number; body: Json } {
  return { status: statusCode, body: body === '' ? null : (JSON.parse(body) as Json) };
}
