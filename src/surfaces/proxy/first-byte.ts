import type { Socket } from 'node:net';

/** The first byte of every TLS connection: the record type of a handshake. */
const TLS_HANDSHAKE = 0x16;

/**
 * Calls `decide` when the first bytes have arrived. They stay unread, and the socket is paused. A connection that sends
 * nothing within the time is closed.
 */
export function onFirstByte(socket: Socket, timeoutMs: number, decide: (isTls: boolean) => void): void {
  const close = () => void socket.destroy();
  socket.setTimeout(timeoutMs, close);
  socket.once('data', (bytes: Buffer) => {
    socket.setTimeout(0, close);
    socket.pause();
    socket.unshift(bytes);
    decide(bytes[0] === TLS_HANDSHAKE);
  });
}
