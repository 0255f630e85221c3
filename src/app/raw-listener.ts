import type { Server, Socket } from 'node:net';
import { listenError } from './listen.js';

/** Opens the port of a server that is not Fastify's. `flag` is the flag that sets the port, for error messages. */
export function listenRaw(server: Server, host: string, port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(listenError(error, host, port, flag));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** The URL of a server that listens. */
export function originOf(scheme: 'http' | 'https', host: string, server: Server): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`;
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Returns a function that closes a server, and its connections that are still open after the given time. */
export function createCloser(server: Server): (milliseconds: number) => Promise<void> {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return async (milliseconds) => {
    if (!server.listening) return;
    const deadline = setTimeout(() => {
      for (const socket of connections) socket.destroy();
    }, milliseconds);
    await new Promise((resolve) => void server.close(resolve));
    clearTimeout(deadline);
  };
}
