import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Result } from '../operation.js';
import type { Answer } from './answer.js';

/** Does to a connection what a fault rule wants, in place of an answer. */
export type Cut = (reply: FastifyReply, how: NonNullable<Result['cut']>, answer: Answer) => void;

/** Connections that are never answered are let go of when the client leaves, or when the server is told to stop. */
export function createCut(scope: FastifyInstance): Cut {
  const hanging = new Set<Socket>();
  scope.addHook('preClose', (done) => {
    for (const socket of hanging) socket.destroy();
    done();
  });

  return (reply, how, { status, headers, body }) => {
    reply.hijack();
    const { raw } = reply;
    const bytes = Buffer.from(body?.bytes ?? body?.text ?? '');
    const socket = raw.socket ?? undefined;
    // Without a body there is nothing to cut in the middle.
    if (socket === undefined || how === 'reset' || (how === 'truncate' && bytes.length === 0)) {
      socket?.resetAndDestroy();
      raw.destroy();
    } else if (how === 'hang') {
      hanging.add(socket);
      socket.once('close', () => hanging.delete(socket));
    } else {
      raw.writeHead(status, { ...headers, 'content-length': bytes.length });
      raw.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
    }
  };
}
