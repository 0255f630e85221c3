import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it arrived over the socket. */
interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Number of the request, from 1. */
  readonly count: number;
}

export type Behaviour = (response: ServerResponse, seen: ReceivedRequest) => void;

export interface Upstream {
  readonly origin: string;
  readonly seen: ReceivedRequest[];
  /** The open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Sets how the next requests are handled. */
  readonly behave: (behaviour: Behaviour) => void;
  readonly close: () => Promise<void>;
}

/** A local server in place of Twilio, with configurable failures; closed when the test ends. */
export async function startUpstream(behaviour: Behaviour = answer(200, {})): Promise<Upstream> {
  let current = behaviour;
  const seen: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString(), count: seen.length + 1 };
      seen.push(received);
      current(response, received);
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

/** A well-formed response. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    response.writeHead(status, { ...type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** One behaviour per request; the last one repeats. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let turn = 0;
  return (response, seen) => behaviours[Math.min(turn++, behaviours.length - 1)]?.(response, seen);
}

/** Never responds. */
export const hang: Behaviour = () => undefined;

/** Resets the connection. */
export const reset: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** Closes the connection in the middle of the body. */
export const halfBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"sid":', () => response.socket?.destroy());
};

/** Starts a body and never finishes it. */
export const stuckBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"sid":');
};

/** Sends a body of the given size. */
export function hugeBody(bytes: number): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let sent = 0;
    const writeMore = () => {
      sent += chunk.length;
      if (sent > bytes) response.end('{}');
      else response.write(chunk, writeMore);
    };
    writeMore();
  };
}

/** Sends bytes that are not HTTP. */
export const garbage: Behaviour = (response) => void response.socket?.end('220 smtp.example.com ready\r\n');
