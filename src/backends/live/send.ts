import { type Dispatcher, Pool } from 'undici';
import { bodyOfBytes, type Result } from '../../operation.js';
import type { WireRequest } from './encode.js';
import { failureOf } from './failures.js';

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
  /** @throws UnderstudyError when there is no whole answer, or the reason of the signal. */
  send(request: WireRequest, authorization: string, signal: AbortSignal): Promise<Result>;
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

  async function send(request: WireRequest, authorization: string, signal: AbortSignal): Promise<Result> {
    const { method, path, body = null } = request;
    const headers = { ...request.headers, 'user-agent': userAgent, 'accept-encoding': 'identity', authorization };
    try {
      const response = await pool.request({ method, path, headers, body, signal });
      return resultOf(response, Buffer.from(await response.body.arrayBuffer()));
    } catch (error) {
      throw failureOf(error, request, origin);
    }
  }

  return { send, close: () => pool.destroy() };
}

/** What concerns one connection or one host name, and would be wrong or unsafe on ours. */
const NOT_OURS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'alt-svc',
  'set-cookie',
  'strict-transport-security',
]);

function resultOf({ statusCode, headers }: Dispatcher.ResponseData, bytes: Buffer): Result {
  const kept = Object.entries(headers)
    .filter(([name]) => !NOT_OURS.has(name) && !name.startsWith('access-control-'))
    .map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value] as const);
  return {
    status: statusCode,
    headers: Object.fromEntries(kept),
    body: bytes.length === 0 ? null : bodyOfBytes(bytes),
  };
}
