import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An HTTP response as it arrived on a raw connection. */
export interface RawResponse {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Writes bytes to a server and reads until it closes the connection or one response is complete. `end` closes the
 * client's side after the bytes.
 */
export function exchange(url: string, bytes: Buffer | string | Iterable<Buffer>, end = false): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    const settle = () => {
      const response = parse(received);
      if (response !== undefined) {
        resolve(response);
        socket.destroy();
      }
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      settle();
    });
    socket.on('close', () => {
      settle();
      reject(new Error(`closed without a response: ${JSON.stringify(received)}`));
    });
    // A server may close the connection while we write; its response has arrived before.
    socket.on('error', () => undefined);
    void write(socket, typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes).then(
      () => end && socket.end(),
    );
  });
}

async function write(socket: Socket, chunks: Iterable<Buffer | string>): Promise<void> {
  const closed = once(socket, 'close').catch(() => undefined);
  for (const chunk of chunks) {
    if (socket.destroyed) return;
    const hasRoom = typeof chunk === 'string' ? socket.write(chunk, 'latin1') : socket.write(chunk);
    if (!hasRoom) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
  }
}

function parse(received: string): RawResponse | undefined {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const body = rest.join('\r\n\r\n');
  if (rest.length === 0 || body.length < Number(length ?? 0)) return undefined;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body };
}
