import type { WebSocket } from 'ws';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { ClientLimits } from './limits.js';
import type { ClientMetrics, DropReason } from './metrics.js';

interface SocketState {
  hasSession: boolean;
  /** Whether it has been pinged and has not answered yet. */
  isPinged: boolean;
}

export interface OpenSocketsOptions {
  readonly limits: ClientLimits;
  readonly metrics: ClientMetrics;
  readonly log: Log;
}

/** The open WebSockets of client SDKs: their number is limited, and those that do not answer any more are closed. */
export class OpenSockets {
  readonly #sockets = new Map<WebSocket, SocketState>();
  #waiting = 0;
  #pings: NodeJS.Timeout | undefined;
  /** A flood must not fill the log. */
  #hasWarned = false;

  constructor(readonly options: OpenSocketsOptions) {}

  /** @throws UnderstudyError if there is no room for another one */
  admit(): void {
    const { connections, waiting } = this.options.limits;
    if (this.#sockets.size >= connections) this.#refuse(`${connections} clients are connected. Close some first.`);
    if (this.#waiting >= waiting) {
      this.#refuse(`${waiting} clients are connected and have not sent a token yet. Try again later.`);
    }
    this.#hasWarned = false;
  }

  add(socket: WebSocket): void {
    const state = { hasSession: false, isPinged: false };
    this.#sockets.set(socket, state);
    this.#waiting += 1;
    socket.on('pong', () => (state.isPinged = false));
    socket.once('close', () => this.#remove(socket, state));
    this.#pings ??= setInterval(() => this.#ping(), this.options.limits.pingMs).unref();
  }

  /** The client has sent a valid token. */
  accept(socket: WebSocket): void {
    const state = this.#sockets.get(socket);
    if (state === undefined || state.hasSession) return;
    state.hasSession = true;
    this.#waiting -= 1;
  }

  /** Closes a connection that does not keep to the rules. */
  drop(socket: WebSocket, reason: DropReason, problem: string): void {
    const { metrics, log } = this.options;
    metrics.dropped(reason);
    // Clients that have no session can be many.
    log[reason === 'slow_reader' ? 'warn' : 'info'](
      { reason },
      `client SDK: a connection was closed, because ${problem}`,
    );
    socket.terminate();
  }

  terminateAll(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  #remove(socket: WebSocket, { hasSession }: SocketState): void {
    this.#sockets.delete(socket);
    if (!hasSession) this.#waiting -= 1;
    if (this.#sockets.size > 0) return;
    clearInterval(this.#pings);
    this.#pings = undefined;
  }

  /** A peer that has vanished, such as a computer that sleeps, closes nothing. */
  #ping(): void {
    for (const [socket, state] of this.#sockets) {
      if (state.isPinged) this.drop(socket, 'no_pong', 'the client did not answer a ping');
      else if (socket.readyState === socket.OPEN) {
        state.isPinged = true;
        socket.ping();
      }
    }
  }

  #refuse(problem: string): never {
    const { metrics, log } = this.options;
    metrics.dropped('limit');
    if (!this.#hasWarned) log.warn({ reason: 'limit' }, `client SDK: connections are refused: ${problem}`);
    this.#hasWarned = true;
    throw new UnderstudyError('UNDERSTUDY_BUSY', problem);
  }
}
