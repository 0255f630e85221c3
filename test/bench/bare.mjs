/** The baseline servers. Each does only what its library requires. `node bare.mjs constant|stateful|mcp|proxy|upstream`. */
import { createServer } from 'node:http';

const { port, responses, upstream, result } = JSON.parse(process.env.BENCH_OPTIONS);
const servers = { constant, stateful, mcp, proxy, upstream: constantUpstream };
await servers[process.argv[2]]();

/** Fastify with constant responses of the same length as ours. */
async function constant() {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  for (const [path, { method, status, text }] of Object.entries(responses ?? {})) {
    app.route({ method, url: path, handler: (_, reply) => reply.code(status).type('application/json').send(text) });
  }
  app.get('/ready', () => 'yes');
  await app.listen({ port, host: '127.0.0.1' });
}

/**
 * Fastify that does the obvious work for a create: it parses the form, makes an id, keeps the record in a Map and an array,
 * and serialises it. Its responses have the keys of ours.
 */
async function stateful() {
  const [{ default: fastify }, { parse }, { randomBytes }] = await Promise.all([
    import('fastify'),
    import('node:querystring'),
    import('node:crypto'),
  ]);
  const app = fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parse(body)),
  );
  for (const [path, { method, status, text }] of Object.entries(responses)) {
    if (method !== 'POST') continue;
    const template = JSON.parse(text);
    const prefix = template.sid.slice(0, 2);
    const bySid = new Map();
    const inOrder = [];
    app.route({
      method,
      url: path,
      handler({ body }, reply) {
        const sid = prefix + randomBytes(16).toString('hex');
        const now = `${new Date().toISOString().slice(0, 19)}Z`;
        const url = `${template.url.slice(0, -sid.length)}${sid}`;
        const record = { ...template, sid, date_created: now, date_updated: now, url };
        if ('body' in template) record.body = body.Body;
        if ('index' in template) record.index = inOrder.length;
        if ('friendly_name' in template) record.friendly_name = body.FriendlyName;
        bySid.set(sid, record);
        inOrder.push(record);
        return reply.code(status).send(record);
      },
    });
  }
  app.get('/ready', () => 'yes');
  await app.listen({ port, host: '127.0.0.1' });
}

/** The MCP library, behind its own adapter for Node.js, with one tool that returns a constant result. */
async function mcp() {
  const { toNodeHandler } = await import('@modelcontextprotocol/node');
  const { createMcpHandler, Server } = await import('@modelcontextprotocol/server');
  const list = {
    tools: [{ name: 'constant', description: 'Returns a constant result.', inputSchema: { type: 'object' } }],
  };
  const handle = toNodeHandler(
    createMcpHandler(() => {
      const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
      server.setRequestHandler('tools/list', () => list);
      server.setRequestHandler('tools/call', () => result);
      return server;
    }),
  );
  createServer((request, response) => void handle(request, response)).listen(port, '127.0.0.1');
}

/** `@fastify/http-proxy` in front of the upstream. */
async function proxy() {
  const { default: fastify } = await import('fastify');
  const { default: httpProxy } = await import('@fastify/http-proxy');
  const app = fastify();
  await app.register(httpProxy, { upstream });
  await app.listen({ port, host: '127.0.0.1' });
}

/** Stands in for Twilio: returns the same response to every request at once. */
function constantUpstream() {
  const bytes = Buffer.from(responses.text);
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  createServer((request, response) => {
    request.resume();
    response.writeHead(200, headers).end(bytes);
  }).listen(port, '127.0.0.1');
}
