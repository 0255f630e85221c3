import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { WorldElsewhere } from '../../core/shared-worlds.js';
import { FORWARDED } from '../replicas/headers.js';
import type { FrameSocket } from './frame-socket.js';
import type { Hub } from './hub.js';

const CONNECT_MS = 5000;
/** The code that says that a connection broke, which cannot be sent. */
const BROKEN = 1006;
/** Codes that mean that the world is no longer at that server: it stops, or hands the world over. */
const LEFT: ReadonlySet<number> = new Set([1001, 1012]);

export interface RelayOptions {
  readonly hub: Hub;
  /** To the client. */
  readonly out: FrameSocket;
  /** The handshake of the client. */
  readonly request: IncomingMessage;
  readonly account: string;
  readonly place: WorldElsewhere;
}

/** Passes the frames of a client to the server that has its world, and those of that server to the client. */
export class Relay {
  #server: WebSocket | undefined;
  /** Frames of the client, until the server is connected. */
  #waiting: Buffer[] = [];
  #isClosed = false;

  constructor(readonly options: RelayOptions) {
    this.#connect().catch((error: unknown) => {
      options.hub.log.error({ err: error }, 'client SDK: a connection could not be relayed');
      this.#restart();
    });
  }

  send(data: Buffer): void {
    const { hub, out } = this.options;
    const { queuedBytes, pending } = hub.limits;
    if (this.#server === undefined || this.#server.readyState === this.#server.CONNECTING) {
      if (this.#waiting.length < pending) this.#waiting.push(data);
      return;
    }
    if (this.#server.bufferedAmount <= queuedBytes) this.#server.send(data);
    else hub.sockets.drop(out.socket, 'slow_reader', `more than ${queuedBytes} bytes wait for the server of its world`);
  }

  /** The client has gone. */
  close(): void {
    this.#isClosed = true;
    this.#server?.terminate();
  }

  async #connect(): Promise<void> {
    const { out, request, place } = this.options;
    const { WebSocket } = await import('ws');
    const { host, origin, 'user-agent': agent } = request.headers;
    const given = { host, origin, 'user-agent': agent, [FORWARDED]: '1' };
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const url = place.address.rest.replace(/^http/, 'ws') + (request.url ?? '');
    if (this.#isClosed) return;
    const server = new WebSocket(url, { headers, handshakeTimeout: CONNECT_MS, perMessageDeflate: false });
    this.#server = server;
    const restart = (): void => this.#restart();
    place.gone.addEventListener('abort', restart);
    server.on('open', () => {
      for (const data of this.#waiting.splice(0)) this.send(data);
    });
    server.on('message', (data) => out.send(data as Buffer));
    // A broken connection ends with `close` as well.
    server.on('error', () => server.terminate());
    server.on('close', (code, reason) => {
      // The signal lives as long as that server.
      place.gone.removeEventListener('abort', restart);
      this.#ended(code, reason);
    });
  }

  #ended(code: number, reason: Buffer): void {
    if (this.#isClosed) return;
    const { out } = this.options;
    if (LEFT.has(code)) return this.#restart();
    this.#isClosed = true;
    if (code === BROKEN) out.terminate();
    else out.socket.close(code === 1005 ? 1000 : code, reason);
  }

  /** Lets the client connect again, perhaps to the server that has the world by then. */
  #restart(): void {
    const { hub, out, account } = this.options;
    if (this.#isClosed) return;
    hub.forgetOwner(account);
    out.restart();
    this.close();
  }
}
