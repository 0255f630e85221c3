import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../core/errors.js';

/** How long requests in flight may take once a server is told to stop. Where Twilio answers, an answer takes its time. */
export const DRAIN = { simulate: 1500, replay: 1500, live: 10_000, record: 10_000 };

/** Opens a port and gives the URL under which it is reached. `flag` is what the user would change. */
export async function listen(app: FastifyInstance, host: string, port: number, flag: string): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port, flag);
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

/** Lets requests in flight finish, and cuts off what does not. */
export async function drain(app: FastifyInstance, milliseconds: number): Promise<void> {
  const { server } = app;
  const deadline = setTimeout(() => server.closeAllConnections(), milliseconds);
  // A connection whose last request was answered after the server began to close stays open for the next one.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await app.close().finally(() => {
    clearTimeout(deadline);
    clearInterval(idle);
  });
}

function listenError(error: unknown, host: string, port: number, flag: string): unknown {
  const { code = '' } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    return new UnderstudyError(
      'UNDERSTUDY_PORT_TAKEN',
      `port ${port} on ${host} is taken; stop the program that has it, or choose another by ${flag} (0: any free one)`,
      { cause: error },
    );
  }
  const reasons = new Map([
    ['EACCES', `port ${port} on ${host} needs more rights than this program has; choose another by ${flag}`],
    ['EADDRNOTAVAIL', `--host ${host} is no address of this machine`],
    ['ENOTFOUND', `--host ${host} is no address that this machine can find`],
  ]);
  const reason = reasons.get(code);
  return reason === undefined ? error : new UnderstudyError('UNDERSTUDY_BAD_OPTION', reason, { cause: error });
}
