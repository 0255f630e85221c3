/** The operations on the three surfaces, for callers of one account: what each answers, as a status and a body. */
import { createUnderstudy } from '../../dist/index.js';
import { toolCall } from './requests.mjs';

const { capability, close } = await createUnderstudy({ logLevel: 'silent' });
await close();
const { operations, routes, tools } = capability;
const byOperation = (places) => new Map(places.map((place) => [place.operation.name, place]));
const native = operations.map((operation) => ({
  operation,
  ...operation,
  inputs: new Map(operation.parameters.map(({ name }) => [name, name])),
}));
const [twilioPlaces, restPlaces, toolPlaces] = [byOperation(native), byOperation(routes), byOperation(tools)];

export function surfacesOf({ origin, mcp }, account) {
  const authorization = `Basic ${Buffer.from(`${account}:soak-password`).toString('base64')}`;
  return {
    twilio: (name, input, signal) => {
      const { place, ...request } = requestOf(origin, twilioPlaces.get(name), input);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const form = place.method === 'POST' ? { body: formOf(input.body).toString() } : {};
      return answerOf({ ...request, ...form, headers: { authorization, ...type, ...request.headers }, signal });
    },
    rest: (name, input, signal) => {
      const { place, ...request } = requestOf(origin, restPlaces.get(name), input);
      const isPost = place.method === 'POST';
      const type = isPost ? { 'content-type': 'application/json' } : {};
      const json = isPost ? { body: JSON.stringify(input.body ?? {}) } : {};
      return answerOf({ ...request, ...json, headers: { authorization, ...type, ...request.headers }, signal });
    },
    mcp: async (name, input, signal) => {
      const { name: tool, inputs } = toolPlaces.get(name);
      const given = [...inputs].filter(([, parameter]) => parameter in input);
      const args = Object.fromEntries(given.map(([argument, parameter]) => [argument, input[parameter]]));
      const request = toolCall(mcp, 'modern', tool, args);
      const { body } = await answerOf({ ...request, headers: { ...request.headers, authorization }, signal });
      if (body.result === undefined) throw new Error(`${tool}: ${JSON.stringify(body)}`);
      const { isError = false, structuredContent, content } = body.result;
      const told = structuredContent ?? JSON.parse(content[0].text);
      return { status: isError ? told.status : 200, body: told };
    },
  };
}

function requestOf(origin, place, input) {
  const where = new Map(place.operation.parameters.map((each) => [each.name, each.in]));
  const [query, headers] = [new URLSearchParams(), {}];
  let { path } = place;
  for (const [name, parameter] of place.inputs) {
    const value = input[parameter];
    if (value === undefined) continue;
    if (where.get(parameter) === 'path') path = path.replaceAll(`{${name}}`, encodeURIComponent(value));
    if (where.get(parameter) === 'query') query.append(name, value);
    if (where.get(parameter) === 'header') headers[name] = value;
  }
  return { place, url: `${origin}${path}${query.size > 0 ? `?${query}` : ''}`, method: place.method, headers };
}

/** A list is a repeated key. */
function formOf(body = {}) {
  return new URLSearchParams(Object.entries(body).flatMap(([key, value]) => [value].flat().map((each) => [key, each])));
}

async function answerOf({ url, ...request }) {
  const response = await fetch(url, request);
  const text = await response.text();
  const isStream = /event-stream/.test(response.headers.get('content-type') ?? '');
  const json = isStream ? /^data: (.*)$/m.exec(text)?.[1] : text;
  return { status: response.status, body: json ? JSON.parse(json) : null };
}
