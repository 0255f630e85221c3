import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';
import { startUnderstudy } from '../../../src/app/start-understudy.js';
import type { Settings } from '../../../src/app/settings.js';
import { openAuthority } from '../../../src/certificates/authority.js';
import type { Log } from '../../../src/core/log.js';

export const AUTHORIZATION = `Basic ${Buffer.from(`AC${'0'.repeat(32)}:any`).toString('base64')}`;

const quiet = () => undefined;
export const silentLog: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts an understudy with a proxy and a port for HTTPS. `log` collects its log lines. */
export async function startIntercepting(settings: Partial<Settings> = {}) {
  const stateFolder = temporaryFolder();
  const log: string[] = [];
  const ports = { restPort: 0, mcpPort: 0, proxyPort: 0, tlsPort: 0 };
  const understudy = await startUnderstudy(
    { stateFolder, ...ports, ...settings },
    { writeLog: (line) => void log.push(line), timeoutMs: 5000 },
  );
  onTestFinished(() => understudy.close());
  const { proxyUrl = '', tlsUrl = '' } = understudy;
  const { certificate } = await openAuthority(stateFolder);
  return { understudy, stateFolder, ca: certificate, log, proxy: new URL(proxyUrl), tls: new URL(tlsUrl) };
}

export const portOf = (url: URL): number => Number(url.port);

/** Asks a proxy for a tunnel. Resolves with the connection, or with the refusal. */
export async function openTunnel(proxy: URL, authority: string, headers: http.OutgoingHttpHeaders = {}) {
  const request = http.request({
    port: portOf(proxy),
    host: proxy.hostname,
    method: 'CONNECT',
    path: authority,
    headers,
  });
  request.end();
  const [response, socket, head] = (await once(request, 'connect')) as [http.IncomingMessage, Socket, Buffer];
  onTestFinished(() => void socket.destroy());
  // A refusal with a body, which Node.js leaves to us.
  let body = head.toString();
  if (response.statusCode === 200) socket.unshift(head);
  else for await (const chunk of socket) body += String(chunk);
  const status = response.statusCode ?? 0;
  return { status, headers: response.headers, socket, message: status === 200 ? '' : messageOf(body) };
}

const messageOf = (body: string): string => (JSON.parse(body) as { message: string }).message;

/** Opens a TLS connection, through a tunnel if there is one. */
export async function openTls(options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  const socket = tls.connect({ ALPNProtocols: ['h2', 'http/1.1'], ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

const agents = new WeakMap<Socket, http.Agent>();

/** An agent that sends everything over one connection, and keeps it open for the next request. */
function agentOf(connection: Socket): http.Agent {
  const agent = agents.get(connection) ?? new http.Agent({ keepAlive: true, maxSockets: 1 });
  agents.set(connection, agent);
  return Object.assign(agent, { createConnection: () => connection });
}

/** Sends a request over a connection, or to a proxy. */
export async function send(
  options: http.RequestOptions & { readonly connection?: Socket },
  body?: string,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string; json: () => Record<string, unknown> }> {
  const { connection, ...others } = options;
  const agent = connection && agentOf(connection);
  const request = http.request({ ...others, ...(agent && { agent }) });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const json = () => JSON.parse(text) as Record<string, unknown>;
  return { status: response.statusCode ?? 0, headers: response.headers, text, json };
}

/** Starts a server on a free port of this machine; closed when the test ends. Returns the port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => void sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Reads everything until the other side ends. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
