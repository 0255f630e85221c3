import { connectionHeaders } from '../../core/connection-headers.js';
import type { Dispatcher } from 'undici';
import type { Result } from '../../core/operation.js';
import { bodyOfBytes } from '../../core/body.js';
import type { Deadline } from './deadline.js';

export interface ReceiverOptions {
  readonly deadline: Deadline;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects one response. A plain undici handler, because `request()` creates a stream for every body and costs half as
 * much again.
 */
export class Receiver implements Dispatcher.DispatchHandler {
  readonly #options: ReceiverOptions;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: Headers = {};

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#options.deadline.onEnd((reason) => controller.abort(reason));
  }

  /** Also called for 1xx responses; the final one comes last. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...others] = this.#chunks;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#options.resolve({
      status: this.#status,
      headers: forwardedHeaders(this.#headers),
      body: bytes === undefined || bytes.length === 0 ? null : bodyOfBytes(bytes),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#options.reject(error);
  }
}

/** Names are in lower case; a repeated header is an array. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Headers that apply to one connection or one host name, and would be wrong or unsafe on our response. */
const NOT_FORWARDED = new Set<string>([
  ...connectionHeaders,
  'content-length',
  'alt-svc',
  'set-cookie',
  'strict-transport-security',
]);

export function forwardedHeaders(headers: Headers): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (NOT_FORWARDED.has(name) || name.startsWith('access-control-')) continue;
    const value = headers[name] ?? '';
    forwarded[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return forwarded;
}
