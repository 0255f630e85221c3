/** The requests that the benchmarks send on each surface. */
export const ACCOUNT = `AC${'b'.repeat(32)}`;
export const authorization = `Basic ${Buffer.from(`${ACCOUNT}:any`).toString('base64')}`;
const FORM = 'application/x-www-form-urlencoded';
const TEXT = 'Hello, my lamp arrived broken. Shall I send it back, or will you send a new one?';

export async function send({ url, ...request }) {
  const { method = 'GET' } = request;
  const response = await fetch(url, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return { method, status: response.status, text };
}

export async function create(origin, path, fields = {}) {
  const headers = { authorization, 'content-type': FORM };
  const body = new URLSearchParams(fields).toString();
  return JSON.parse((await send({ url: `${origin}${path}`, method: 'POST', headers, body })).text);
}

/** Creates a conversation with 200 messages. @returns the requests to measure, by name and surface */
export async function prepare(origin) {
  const { sid: service } = await create(origin, '/v1/Services', { FriendlyName: 'Bench' });
  const conversations = `/v1/Services/${service}/Conversations`;
  const { sid: conversation } = await create(origin, conversations, { FriendlyName: 'Long' });
  const { sid: target } = await create(origin, conversations, { FriendlyName: 'Written to' });
  for (let i = 0; i < 200; i += 1) await create(origin, `${conversations}/${conversation}/Messages`, { Body: TEXT });
  return {
    'GET one conversation': {
      twilio: get(`${origin}${conversations}/${conversation}`),
      rest: get(`${origin}${restOf(conversations)}/${conversation}`),
    },
    'GET a page of 50 messages': {
      twilio: get(`${origin}${conversations}/${conversation}/Messages?PageSize=50`),
      rest: get(`${origin}${restOf(conversations)}/${conversation}/messages?PageSize=50`),
    },
    'POST a message': {
      twilio: messageRequest(`${origin}${conversations}/${target}/Messages`),
      rest: {
        url: `${origin}${restOf(conversations)}/${target}/messages`,
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ Body: TEXT }),
      },
    },
    'POST a conversation': {
      twilio: formRequest(`${origin}${conversations}`, { FriendlyName: 'Another' }),
      rest: {
        url: `${origin}${restOf(conversations)}`,
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ FriendlyName: 'Another' }),
      },
    },
  };
}

const get = (url) => ({ url, headers: { authorization } });

export const messageRequest = (url) => formRequest(url, { Body: TEXT });

function formRequest(url, fields) {
  const body = new URLSearchParams(fields).toString();
  return { url, method: 'POST', headers: { authorization, 'content-type': FORM }, body };
}

/** The REST surface's path: lower case, below its own prefix. */
const restOf = (path) =>
  path.replace(/^\/v1\/(\w+)\/(\w+)\/(\w+)/, (_, s, sid, c) => `/v1/v1/${s.toLowerCase()}/${sid}/${c.toLowerCase()}`);

const TOOL = 'retrieve-list-all-conversation-services';
const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A tool call in one of the two protocol eras. */
export function toolCall(url, era, name = TOOL, args = {}) {
  const meta = era === 'modern' ? { _meta: MODERN } : {};
  const names = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name };
  return {
    url,
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(era === 'modern' ? names : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, ...meta } }),
  };
}
