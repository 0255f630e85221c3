import type { Dispatcher } from 'undici';
import type { Result } from '../../core/operation.js';
import { bodyOfBytes } from '../../core/body.js';
import type { Deadline } from './deadline.js';

/** Who waits for an answer. */
export interface Receiving {
  readonly deadline: Deadline;
  readonly done: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Takes one answer as it comes in. It is undici's own kind of handler, as the client's `request` makes a stream for every
 * body, and costs half as much again.
 */
export class Receiver implements Dispatcher.DispatchHandler {
  readonly #to: Receiving;
  readonly #parts: Buffer[] = [];
  #status = 0;
  #headers: Headers = {};

  constructor(to: Receiving) {
    this.#to = to;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#to.deadline.onEnd((why) => controller.abort(why));
  }

  /** Called for a 1xx as well, which another head follows. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, part: Buffer): void {
    this.#parts.push(part);
  }

  onResponseEnd(): void {
    const [first, ...others] = this.#parts;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#parts);
    this.#to.done({
      status: this.#status,
      headers: passedOn(this.#headers),
      body: bytes === undefined || bytes.length === 0 ? null : bodyOfBytes(bytes),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#to.fail(error);
  }
}

/** By their names in lower case; those that came more than once as a list. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

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

function passedOn(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (NOT_OURS.has(name) || name.startsWith('access-control-')) continue;
    const value = headers[name] ?? '';
    kept[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return kept;
}
