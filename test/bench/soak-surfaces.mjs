/** Calls operations on each surface for one account. Each call returns a status and a body. */
import { createUnderstudy } from '../../dist/index.js';
import { toolCall } from './requests.mjs';

const { capability, close } = await createUnderstudy({ logLevel: 'silent' });
await close();
const { operations, routes, tools } = capability;
const byOperation = (served) => new Map(served.map((each) => [each.operation.name, each]));
const native = operations.map((operation) => ({
  operation,
  ...operation,
  inputs: new Map(operation.parameters.map(({ name }) => [name, name])),
}));
const [twilioRoutes, restRoutes, toolsByName] = [byOperation(native), byOperation(routes), byOperation(tools)];

export function surfacesOf({ origin, mcp }, account) {
  const authorization = `Basic ${Buffer.from(`${account}:soak-password`).toString('base64')}`;
  return {
    twilio: (name, input, signal) => {
      const { route, ...request } = requestOf(origin, twilioRoutes.get(name), input);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const form = route.method === 'POST' ? { body: formOf(input.body).toString() } : {};
      return send({ ...request, ...form, headers: { authorization, ...type, ...request.headers }, signal });
    },
    rest: (name, input, signal) => {
      const { route, ...request } = requestOf(origin, restRoutes.get(name), input);
      const isPost = route.method === 'POST';
      const type = isPost ? { 'content-type': 'application/json' } : {};
      const json = isPost ? { body: JSON.stringify(input.body ?? {}) } : {};
      return send({ ...request, ...json, headers: { authorization, ...type, ...request.headers }, signal });
    },
    mcp: async (name, input, signal) => {
      const { name: tool, inputs } = toolsByName.get(name);
      const given = [...inputs].filter(([, parameter]) => parameter in input);
      const args = Object.fromEntries(given.map(([argument, parameter]) => [argument, input[parameter]]));
      const request = toolCall(mcp, 'modern', tool, args);
      const { body } = await send({ ...request, headers: { ...request.headers, authorization }, signal });
      if (body.result === undefined) throw new Error(`${tool}: ${JSON.stringify(body)}`);
      const { isError = false, structuredContent, content } = body.result;
      const value = structuredContent ?? JSON.parse(content[0].text);
      return { status: isError ? value.status : 200, body: value };
    },
  };
}

function requestOf(origin, route, input) {
  const locations = new Map(route.operation.parameters.map((each) => [each.name, each.in]));
  const [query, headers] = [new URLSearchParams(), {}];
  let { path } = route;
  for (const [name, parameter] of route.inputs) {
    const value = input[parameter];
    if (value === undefined) continue;
    if (locations.get(parameter) === 'path') path = path.replaceAll(`{${name}}`, encodeURIComponent(value));
    if (locations.get(parameter) === 'query') query.append(name, value);
    if (locations.get(parameter) === 'header') headers[name] = value;
  }
  return { route, url: `${origin}${path}${query.size > 0 ? `?${query}` : ''}`, method: route.method, headers };
}

/** Lists become repeated keys. */
function formOf(body = {}) {
  return new URLSearchParams(Object.entries(body).flatMap(([key, value]) => [value].flat().map((each) => [key, each])));
}

async function send({ url, ...request }) {
  const response = await fetch(url, request);
  const text = await response.text();
  const isStream = /event-stream/.test(response.headers.get('content-type') ?? '');
  const json = isStream ? /^data: (.*)$/m.exec(text)?.[1] : text;
  return { status: response.status, body: json ? JSON.parse(json) : null };
}
