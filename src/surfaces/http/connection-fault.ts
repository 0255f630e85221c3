import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Result } from '../../core/operation.js';
import type { Answer } from './response.js';

/** Does to a connection what a fault rule wants, in place of an answer. */
export type ApplyConnectionFault = (
  reply: FastifyReply,
  fault: NonNullable<Result['connectionFault']>,
  answer: Answer,
) => void;

/** Connections that are never answered are let go of when the client leaves, or when the server is told to stop. */
export function createConnectionFault(scope: FastifyInstance): ApplyConnectionFault {
  const hanging = new Set<Socket>();
  scope.addHook('preClose', (done) => {
    for (const socket of hanging) socket.destroy();
    done();
  });

  return (reply, fault, { status, headers, body }) => {
    reply.hijack();
    const { raw } = reply;
    const bytes = Buffer.from(body?.bytes ?? body?.text ?? '');
    const socket = raw.socket ?? undefined;
    // Without a body there is nothing to cut in the middle.
    if (socket === undefined || fault === 'reset' || (fault === 'truncate' && bytes.length === 0)) {
      socket?.resetAndDestroy();
      raw.destroy();
    } else if (fault === 'hang') {
      hanging.add(socket);
      socket.once('close', () => hanging.delete(socket));
    } else {
      raw.writeHead(status, { ...headers, 'content-length': bytes.length });
      raw.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
    }
  };
}
