import type { WebSocket } from 'ws';
import type { JsonObject } from '../../core/body.js';
import { encodeFrame } from './frames.js';
import type { Hub } from './hub.js';

/** Codes of `close` frames, as the SDKs understand them. */
const CLOSE = {
  expired: [410, 'Token expired'],
  /** The SDK gives up. */
  badFrame: [406, 'Not acceptable'],
} as const;

/** The code of the WebSocket protocol for a server that clients should connect to again. */
const SERVICE_RESTART = 1012;

export type CloseReason = keyof typeof CLOSE;

export const statusOf = (code: number, text: string): JsonObject => ({ code, status: text });

/** Sends frames to a client. What waits for a slow reader is limited. */
export class FrameSocket {
  constructor(
    readonly socket: WebSocket,
    readonly hub: Hub,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Whether so much waits that what can wait should not be added now. */
  get isBusy(): boolean {
    return this.socket.bufferedAmount > this.hub.limits.queuedBytes / 4;
  }

  send(bytes: Uint8Array): void {
    const { socket, hub } = this;
    if (!this.isOpen) return;
    const { queuedBytes } = hub.limits;
    if (socket.bufferedAmount <= queuedBytes) socket.send(bytes);
    else hub.sockets.drop(socket, 'slow_reader', `more than ${queuedBytes} bytes wait that the client does not read`);
  }

  reply(id: string, status: JsonObject, fields: JsonObject = {}): void {
    this.send(encodeFrame({ method: 'reply', id, status, ...fields }));
  }

  /** Closes the connection. The frame says what the SDK should do next. */
  close(reason: CloseReason): void {
    const [code, text] = CLOSE[reason];
    this.send(encodeFrame({ method: 'close', id: this.hub.nextId(), status: statusOf(code, text) }));
    this.socket.close(1000);
  }

  /** Closes the connection without a frame, so that the SDK connects again after a second. After code 308 it takes four. */
  restart(): void {
    this.socket.close(SERVICE_RESTART);
  }

  terminate(): void {
    this.socket.terminate();
  }
}
