import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame, parseFrame, type Frame } from '../../src/surfaces/client/frames.js';
import type { JsonObject } from '../../src/core/body.js';
import { uriOf, type Desk } from './harness.js';

/** What a client needs to connect. */
export interface RawDesk {
  readonly world: Pick<Desk['world'], 'url'>;
  readonly token: (identity: string, parts?: { readonly account?: string }) => string;
}

/** A WebSocket that speaks Twilsock, for what no SDK would send. */
export class RawClient {
  readonly frames: Frame[] = [];
  #ids = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const frame = parseFrame(data as Buffer);
      if (typeof frame !== 'string') this.frames.push(frame);
    });
    socket.on('error', () => undefined);
  }

  static async open(desk: RawDesk, headers: Record<string, string> = {}): Promise<RawClient> {
    const socket = new WebSocket(uriOf(desk.world), { headers });
    onTestFinished(() => socket.terminate());
    const client = new RawClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** Opens a session, and checks that it is accepted. */
  static async connect(desk: RawDesk, identity: string, account?: string): Promise<RawClient> {
    const client = await RawClient.open(desk);
    const { header } = await client.request({
      method: 'init',
      token: desk.token(identity, account === undefined ? {} : { account }),
    });
    if ((header['status'] as { code: number }).code !== 200) throw new Error(JSON.stringify(header));
    return client;
  }

  sendBytes(bytes: Buffer | string): void {
    this.socket.send(bytes);
  }

  /** Sends a frame and resolves with its reply. */
  async request(header: JsonObject, payload = ''): Promise<Frame> {
    this.#ids += 1;
    const id = `T${this.#ids}`;
    this.socket.send(encodeFrame({ id, ...header }, payload));
    return this.next((frame) => frame.method === 'reply' && frame.id === id);
  }

  /** Makes an HTTP request inside the socket. Resolves with its status and body. */
  async http(method: string, path: string, body?: JsonObject): Promise<{ status: number; body: JsonObject }> {
    const [pathname = '', query = ''] = path.split('?', 2);
    const params = Object.fromEntries(query.split('&').flatMap((pair) => (pair === '' ? [] : [pair.split('=', 2)])));
    const request = { host: 'aim.us1.twilio.com', method, path: pathname, params, headers: {} };
    const payload = body === undefined ? '' : JSON.stringify(body);
    const { header, payload: text } = await this.request({ method: 'message', http_request: request }, payload);
    const { code } = header['http_status'] as { code: number };
    return { status: code, body: text === '' ? {} : (JSON.parse(text) as JsonObject) };
  }

  /** Resolves with the first frame that matches, past ones included. */
  async next(matches: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found !== undefined) return found;
      await once(this.socket, 'message');
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close');
  }
}
