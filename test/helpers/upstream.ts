import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request as it came over the socket. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Which request it is, from 1. */
  readonly count: number;
}

export type Behaviour = (response: ServerResponse, seen: Seen) => void;

export interface Upstream {
  readonly origin: string;
  readonly seen: Seen[];
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** How the next requests are answered. */
  readonly behave: (behaviour: Behaviour) => void;
  readonly close: () => Promise<void>;
}

/** A server on this machine in Twilio's place, which answers as badly as it is told to. Closed when the test ends. */
export async function startUpstream(behaviour: Behaviour = answer(200, {})): Promise<Upstream> {
  let current = behaviour;
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), count: seen.length + 1 };
      seen.push(one);
      current(response, one);
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, seen, sockets, behave: (next) => void (current = next), close };
}

/** Answers as it should be. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    response.writeHead(status, { ...type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** One behaviour for each request in turn; the last goes on. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let turn = 0;
  return (response, seen) => behaviours[Math.min(turn++, behaviours.length - 1)]?.(response, seen);
}

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Cuts the connection without a word. */
export const reset: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** Promises more than it sends. */
export const halfBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"sid":', () => response.socket?.destroy());
};

/** Begins a body and never goes on. */
export const stuckBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"sid":');
};

/** Sends more than anyone may hold. */
export function hugeBody(bytes: number): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let sent = 0;
    const more = () => {
      sent += chunk.length;
      if (sent > bytes) response.end('{}');
      else response.write(chunk, more);
    };
    more();
  };
}

/** Bytes that are no HTTP. */
export const garbage: Behaviour = (response) => void response.socket?.end('220 smtp.example.com ready\r\n');
