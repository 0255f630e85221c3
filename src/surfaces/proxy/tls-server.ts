import { createServer, type Server, type Socket } from 'node:net';
import { UnderstudyError } from '../../core/errors.js';
import { onFirstByte } from './first-byte.js';
import { MAX_CONNECTIONS } from './proxy.js';
import { rawError } from './proxy-error.js';

/** A server for HTTPS that answers plain HTTP with an explanation. It does not listen yet. */
export function createTlsServer(acceptTls: (socket: Socket) => void, timeoutMs: number): Server {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onFirstByte(socket, timeoutMs, (isTls) => {
      if (isTls) acceptTls(socket);
      else socket.resume().end(rawError(plainHttp()));
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function plainHttp(): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', 'This port speaks HTTPS: use a URL that begins with https://.');
}
