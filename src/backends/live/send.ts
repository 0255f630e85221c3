import type { Result } from '../../core/operation.js';
import type { Deadline } from './deadline.js';
import type { WireRequest } from './encode.js';
import { toFailure } from './failures.js';
import type { LiveLimits } from './limits.js';
import { createPool } from './pool.js';
import { Receiver } from './receive.js';

type SendLimits = Pick<LiveLimits, 'connections' | 'connectTimeout' | 'answerTimeout' | 'longestAnswer'>;

export interface SendOptions extends SendLimits {
  readonly origin: string;
  /** What paths begin with there. */
  readonly prefix: string;
  readonly userAgent: string;
}

/** Sends one request to Twilio and reads the complete response. */
export interface Sender {
  /** @throws UnderstudyError when the response is incomplete, or the error of the deadline */
  send(request: WireRequest, authorization: string | undefined, deadline: Deadline): Promise<Result>;
  close(): Promise<void>;
}

/** Sends over a pool of connections. */
export function createSender(options: SendOptions): Sender {
  const { origin, prefix, longestAnswer, userAgent } = options;
  const pool = createPool(origin, options, longestAnswer);

  const ownHeaders = { 'accept-encoding': 'identity' };

  function send(request: WireRequest, authorization: string | undefined, deadline: Deadline): Promise<Result> {
    const { method, body = null } = request;
    const path = prefix + request.path;
    // Object spread with added keys is slow in Node 20: it took as long as all of `encode`.
    const headers = Object.assign({ 'user-agent': userAgent }, request.headers, ownHeaders, { authorization });
    return new Promise((resolve, rejectCall) => {
      const reject = (error: unknown) => rejectCall(toFailure(error, request, origin));
      // The deadline may pass while the request still waits for a connection.
      deadline.onEnd(reject);
      pool.dispatch({ method, path, headers, body }, new Receiver({ deadline, resolve, reject }));
    });
  }

  return { send, close: () => pool.destroy() };
}
