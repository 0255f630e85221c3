import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Result } from '../../core/operation.js';
import type { OperationReply } from './operation-request.js';
import type { OperationResponse } from './response.js';

/** Applies the connection fault of a fault rule in place of sending the response. */
export type ApplyConnectionFault = (
  reply: OperationReply,
  fault: NonNullable<Result['connectionFault']>,
  response: OperationResponse,
) => void;

/** A connection that hangs is released when the client leaves or the server stops. */
export function createConnectionFault(scope: FastifyInstance): ApplyConnectionFault {
  const hanging = new Set<Socket>();
  scope.addHook('preClose', (done) => {
    for (const socket of hanging) socket.destroy();
    done();
  });

  return (reply, fault, { status, headers, body }) => {
    reply.hijack();
    const { raw } = reply;
    const bytes = Buffer.from(body?.latin1 ?? body?.text ?? '', body?.latin1 === undefined ? 'utf8' : 'latin1');
    const socket = raw.socket ?? undefined;
    // A response without a body cannot be truncated, so its connection is reset.
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
