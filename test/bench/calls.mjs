/**
 * How many calls a second: the same list by REST, by Twilio's wire and by MCP of both eras. `npm run bench`, on a machine
 * that does nothing else. It is no test: its figures depend on the machine.
 */
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CALLS = 3000;
const AT_ONCE = 8;
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const tool = 'retrieve-list-all-conversation-services';

/** Starts a server on free ports; its banner says where each surface is. */
async function startServer() {
  const args = ['serve', '--rest-port', '0', '--mcp-port', '0', '--seed', 'support-desk'];
  const server = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const urls = {};
  for await (const line of createInterface(server.stdout)) {
    const [, name, url] = /^ {2}(\w+) +(http:\S+)/.exec(line) ?? [];
    if (name !== undefined) urls[name] = new URL(url);
    if (name === 'mcp') return { server, urls };
  }
  throw new Error('The server ended before it said where its surfaces are.');
}

function send(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url.href} answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** Calls a second, after as many calls to warm up. */
async function measure(call) {
  let seconds = 0;
  for (let round = 0; round < 2; round += 1) {
    const started = performance.now();
    let left = CALLS;
    const worker = async () => {
      while (left-- > 0) await call();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    seconds = (performance.now() - started) / 1000;
  }
  return Math.round(CALLS / seconds);
}

function mcpCall(url, params, headers = {}) {
  const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: {}, ...params } };
  const options = { method: 'POST', headers: { ...accept, ...headers }, body: JSON.stringify(message) };
  return () => send(url, options);
}

const modern = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};
const modernHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': tool };
const authorization = `Basic ${Buffer.from(`AC${'0'.repeat(32)}:any`).toString('base64')}`;

const { server, urls } = await startServer();
try {
  const ways = {
    REST: () => send(new URL('services', urls.rest)),
    Twilio: () => send(new URL('Services', urls.twilio), { headers: { authorization } }),
    'MCP, modern era': mcpCall(urls.mcp, modern, modernHeaders),
    'MCP, legacy era': mcpCall(urls.mcp, {}),
  };
  for (const [name, call] of Object.entries(ways)) {
    const rate = await measure(call);
    process.stdout.write(`${name.padEnd(16)} ${String(rate).padStart(6)} calls a second\n`);
  }
} finally {
  server.kill();
  agent.destroy();
}
