import type { FastifyInstance } from 'fastify';
import type { Capability } from '../../src/capability/capability.js';
import type { Shapes } from '../../src/capability/shapes.js';
import type { Engine, Input } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';
import type { Target } from './story.js';

/** Calls the engine directly. */
export function engineTarget(engine: Engine, origin: string): Target {
  return async (operation, input) => {
    const { result } = await engine.call(operation, input, { surface: 'engine', origin });
    return { status: result.status, body: result.body?.value ?? null };
  };
}

/** Calls the REST surface: JSON bodies on the capability's paths. */
export function restTarget(http: FastifyInstance, { routes }: Capability): Target {
  return async (operation, input) => {
    const route = routes.find((each) => each.operation.name === operation);
    if (!route) throw new Error(`No route calls ${operation}.`);
    const names = new Map([...route.inputs].map(([name, parameter]) => [parameter, name]));
    const { url, headers } = requestOf(route.path, route.operation, input, (name) => names.get(name) ?? name);
    const payload = input['body'] as object | undefined;
    return responseOf(await http.inject({ method: route.method, url, headers, ...(payload && { payload }) }));
  };
}

/** Calls the Twilio surface: form bodies on Twilio's paths, as the official SDKs send them. */
export function twilioTarget(http: FastifyInstance, { operations }: Capability, authorization: string): Target {
  return async (name, input) => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new Error(`There is no operation ${name}.`);
    const { url, headers } = requestOf(operation.path, operation, input, (parameter) => parameter);
    const form = new URLSearchParams();
    addFields(form, '', input['body'] ?? {});
    const type = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    const payload = operation.method === 'POST' ? { payload: form.toString() } : {};
    return responseOf(
      await http.inject({ method: operation.method, url, headers: { ...headers, ...type }, ...payload }),
    );
  };
}

/** The result of a tool call, in the form that both SDK versions share. */
export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly structuredContent?: unknown;
}

/** Calls the MCP surface by a client's `call`. A tool result has no success status, so this uses the published one. */
export function mcpTarget(
  { tools }: Capability,
  shapes: Shapes,
  call: (params: { name: string; arguments: Record<string, unknown> }) => Promise<ToolResult>,
): Target {
  return async (operation, input) => {
    const tool = tools.find((each) => each.operation.name === operation);
    if (!tool) throw new Error(`No tool calls ${operation}.`);
    const result = await call({ name: tool.name, arguments: { ...input } });
    const body = JSON.parse(result.content[0]?.text ?? '') as JsonObject;
    if (result.isError === true) return { status: Number(body['status']), body };
    const status = shapes.of(tool.operation)?.status ?? 0;
    const isEqual = JSON.stringify(result.structuredContent) === JSON.stringify(body);
    if (!isEqual) throw new Error(`${tool.name} returned different text and structured content.`);
    return { status, body: status === 204 ? null : body };
  };
}

function requestOf(
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
    else if (parameter.in === 'query') for (const each of [value].flat()) query.append(name, each.toString());
  }
  return { url: query.size > 0 ? `${url}?${query.toString()}` : url, headers };
}

function addFields(form: URLSearchParams, prefix: string, fields: object): void {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (Array.isArray(value)) for (const each of value) form.append(prefix + name, String(each));
    else if (typeof value === 'object' && value !== null) addFields(form, `${prefix}${name}.`, value);
    else form.append(prefix + name, String(value));
  }
}

function responseOf({ statusCode, body }: { statusCode: number; body: string }): { status: number; body: Json } {
  return { status: statusCode, body: body === '' ? null : (JSON.parse(body) as Json) };
}
