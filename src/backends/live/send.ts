import { Pool } from 'undici';
import type { Result } from '../../core/operation.js';
import type { Deadline } from './deadline.js';
import type { WireRequest } from './encode.js';
import { failureOf } from './failures.js';
import { Receiver } from './receive.js';

export interface SendOptions {
  readonly origin: string;
  /** Connections that are kept, and so requests under way at one time. */
  readonly connections: number;
  /** Milliseconds to connect; to wait for the head of an answer, and between two parts of its body. */
  readonly connectTimeout: number;
  readonly answerTimeout: number;
  /** Bytes of the longest answer. */
  readonly longestAnswer: number;
  readonly userAgent: string;
}

/** Sends one request to Twilio and reads the whole answer. */
export interface Sender {
  /** @throws UnderstudyError when there is no whole answer, or that in which the deadline ended. */
  send(request: WireRequest, authorization: string, deadline: Deadline): Promise<Result>;
  close(): Promise<void>;
}

/** A sender over a pool of kept connections. TLS is always verified, whatever the environment says. */
export function createSender(options: SendOptions): Sender {
  const { origin, connections, connectTimeout, answerTimeout, longestAnswer, userAgent } = options;
  const pool = new Pool(origin, {
    connections,
    // Nothing waits behind an answer that is slow to come.
    pipelining: 1,
    connect: { timeout: connectTimeout, rejectUnauthorized: true },
    headersTimeout: answerTimeout,
    bodyTimeout: answerTimeout,
    maxResponseSize: longestAnswer,
  });

  const own = { 'user-agent': userAgent, 'accept-encoding': 'identity' };

  function send(request: WireRequest, authorization: string, deadline: Deadline): Promise<Result> {
    const { method, path, body = null } = request;
    // To spread an object and add to it is slow in Node 20: it took as long as all of `encode`.
    const headers = Object.assign({}, request.headers, own, { authorization });
    return new Promise((done, reject) => {
      const fail = (error: unknown) => reject(failureOf(error, request, origin));
      // It may be over before there is a connection: nobody need wait for one then.
      deadline.onEnd(fail);
      pool.dispatch({ method, path, headers, body }, new Receiver({ deadline, done, fail }));
    });
  }

  return { send, close: () => pool.destroy() };
}
