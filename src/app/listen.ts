import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../core/errors.js';

/** Opens a port and returns its URL. `flag` is the flag that sets the port, for error messages. */
export async function listen(app: FastifyInstance, host: string, port: number, flag: string): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port, flag);
  }
  const address = app.server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/** Closes a server. Requests in flight may finish within the given time; after that their connections are closed. */
export async function drain(app: FastifyInstance, milliseconds: number): Promise<void> {
  const { server } = app;
  const deadline = setTimeout(() => server.closeAllConnections(), milliseconds);
  // Keep-alive connections whose last response was sent after the server began to close stay open otherwise.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await app.close().finally(() => {
    clearTimeout(deadline);
    clearInterval(idle);
  });
}

export function listenError(error: unknown, host: string, port: number, flag: string): unknown {
  const { code = '' } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    return new UnderstudyError(
      'UNDERSTUDY_PORT_TAKEN',
      `port ${port} on ${host} is taken: stop the program that uses it, or choose another port with ${flag} (0: any free one)`,
      { cause: error },
    );
  }
  const reasons = new Map([
    ['EACCES', `no permission to open port ${port} on ${host}: choose another port with ${flag}`],
    ['EADDRNOTAVAIL', `--host ${host} is not an address of this machine`],
    ['ENOTFOUND', `--host ${host} cannot be resolved`],
  ]);
  const reason = reasons.get(code);
  return reason === undefined ? error : new UnderstudyError('UNDERSTUDY_BAD_OPTION', reason, { cause: error });
}
