import type { WebSocket } from 'ws';
import type { AccessToken, TokenRefusal } from '../../core/access-token.js';
import type { JsonObject } from '../../core/body.js';
import { UnderstudyError } from '../../core/errors.js';
import type { ClientReceiver, ClientView, Notification } from '../../core/client-view.js';
import { mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { Operation, Result } from '../../core/operation.js';
import { encodeFrame, type Frame, parseFrame } from './frames.js';
import type { Hub } from './hub.js';
import { clientOperations } from './operations.js';
import { answerRequest } from './requests/index.js';
import { readRequest } from './requests/read-request.js';
import { answer, refusal, type ClientSession } from './requests/request.js';
import { TokenTimer } from './token-timer.js';

/** How long a client may take to send its token, in milliseconds. */
const INIT_MS = 15_000;
/** Bytes that may wait for a slow reader. */
const MAX_QUEUED = 16 * 1024 * 1024;
/** Requests of one connection that may wait for their answers. */
const MAX_PENDING = 1000;

/** Codes of `close` frames, as the SDKs understand them. */
const CLOSE = {
  /** The SDK connects again. */
  moved: [308, 'Moved'],
  expired: [410, 'Token expired'],
  /** The SDK gives up. */
  badFrame: [406, 'Not acceptable'],
} as const;

/** One WebSocket of a client SDK. */
export class Connection implements ClientReceiver {
  #token: AccessToken | undefined;
  #view: ClientView | undefined;
  #pending = 0;
  readonly #timer: TokenTimer;
  #initTimer: NodeJS.Timeout | undefined;

  private constructor(
    readonly socket: WebSocket,
    readonly hub: Hub,
    /** What URLs in responses begin with. */
    readonly origin: string,
  ) {
    this.#timer = new TokenTimer(
      () =>
        this.#send(
          encodeFrame({ method: 'client_update', id: hub.nextId(), client_update_type: 'token_about_to_expire' }),
        ),
      () => this.#close('expired'),
    );
    this.#initTimer = setTimeout(() => this.#close('moved'), INIT_MS).unref();
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('close', () => this.#ended());
    // A broken connection ends with `close` as well.
    socket.on('error', () => socket.terminate());
  }

  /** Serves a WebSocket until it is closed. */
  static open(socket: WebSocket, hub: Hub, origin: string): Connection {
    return new Connection(socket, hub, origin);
  }

  notify(notification: Notification): void {
    const account = this.#token?.account ?? '';
    const fault = this.hub.notificationFault(account);
    if (fault?.connection === 'reset') return this.socket.terminate();
    if (fault?.connection !== undefined) return;
    // All receivers get the same bytes.
    const bytes = (notification.encoded ??= this.#encodeNotification(notification.type, notification.payload));
    if (fault === undefined) this.#send(bytes);
    else setTimeout(() => this.#send(bytes), fault.latency).unref();
  }

  close(reason: 'retry' | 'gone'): void {
    this.#close(reason === 'retry' ? 'moved' : 'badFrame');
  }

  #encodeNotification(type: string, payload: JsonObject): Buffer {
    const header = { method: 'notification', id: this.hub.nextId(), message_type: type };
    return encodeFrame(header, JSON.stringify(payload));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? parseFrame(data) : 'it is a text message';
    if (typeof frame === 'string') {
      this.hub.log.debug({ account: this.#token?.account }, `client SDK: a frame was refused: ${frame}`);
      return this.#close('badFrame');
    }
    this.hub.metrics.frame(frame.method);
    if (frame.method === 'reply' || frame.method === 'telemetry.v1') return;
    if (this.#pending >= MAX_PENDING) return this.#reply(frame, status(429, 'Too many requests'));
    this.#pending += 1;
    const release = (): void => {
      this.#pending -= 1;
    };
    const failed = (error: unknown): void => {
      release();
      // The SDK connects again, perhaps to another server.
      if (error instanceof UnderstudyError && error.status === 503) return this.#close('moved');
      this.hub.log.error({ err: error }, `client SDK: a ${frame.method} failed`);
      this.#reply(frame, status(500, 'Internal error'));
    };
    try {
      const handled = this.#handle(frame);
      if (handled instanceof Promise) void handled.then(() => release(), failed);
      else release();
    } catch (error) {
      failed(error);
    }
  }

  #handle(frame: Frame): MaybePromise<void> {
    if (frame.method === 'init') return this.#init(frame);
    if (frame.method === 'close') return this.socket.close(1000);
    if (this.#view === undefined) return this.#reply(frame, status(401, 'Send init with a token first'));
    if (frame.method === 'message') return this.#message(frame, this.#view);
    if (frame.method === 'update') return this.#update(frame);
    // Notifications of changes go to everyone, so that what a client wants to be told of need not be known.
    const isKnown = frame.method === 'put_notification_ctx' || frame.method === 'delete_notification_ctx';
    this.#reply(frame, isKnown ? status(200, 'OK') : status(400, 'Unknown method'));
  }

  #init(frame: Frame): MaybePromise<void> {
    // A second one would change the user while requests of the first are answered.
    if (this.#token !== undefined) return this.#close('badFrame');
    const accept = (token: AccessToken): Result => {
      if (this.socket.readyState !== this.socket.OPEN) return refusal(499, 499, 'The client has gone');
      // Two may wait at the same time, while a fault rule delays the first.
      if (this.#token !== undefined) return refusal(400, 20001, 'The session is already open');
      const { account, serviceSid, identity, credentialSid } = token;
      this.#view = this.hub.backend.connect({ account, serviceSid, identity, credentialSid }, this);
      if (this.#view === undefined) {
        return refusal(
          403,
          20106,
          `Invalid Access Token grants: ${account} has no service ${serviceSid ?? '(default)'}`,
        );
      }
      this.#token = token;
      this.hub.connected(this);
      return answer({ identity, service_sid: this.#view.serviceSid });
    };
    return this.#authenticate(frame, accept, () => {
      clearTimeout(this.#initTimer);
      if (this.#token !== undefined) this.#timer.start(this.#token);
      return {
        continuation_token: this.hub.nextId(),
        continuation_token_status: { reissued: true, reissue_message: '' },
        capabilities: ['client_update', 'offline_storage'],
        // A new one each time, so that the SDK in a browser reads nothing from an earlier session.
        offline_storage: { ip_messaging: { storage_id: this.hub.nextId() } },
      };
    });
  }

  #update(frame: Frame): MaybePromise<void> {
    const accept = (token: AccessToken): Result => {
      const { account, identity, serviceSid } = this.#token ?? token;
      if (token.account !== account || token.identity !== identity || token.serviceSid !== serviceSid) {
        return refusal(403, 20103, 'Invalid Access Token: it is for another user than that of this connection');
      }
      this.#token = token;
      return answer({ identity });
    };
    return this.#authenticate(frame, accept, () => {
      if (this.#token !== undefined) this.#timer.start(this.#token);
      return {};
    });
  }

  /** Checks the token of a frame, and replies. */
  #authenticate(frame: Frame, accept: (token: AccessToken) => Result, fields: () => JsonObject): MaybePromise<void> {
    const token = this.hub.tokens.check(frame.header['token']);
    const check = (): MaybePromise<Result> => {
      if (isRefusal(token)) return refusal(token.status, token.code, token.message);
      const opened = this.hub.backend.open?.(token.account);
      return mapMaybe(opened, () => accept(token));
    };
    const http = { method: 'POST', url: `/v3/wsconnect#${frame.method}`, headers: {} };
    const account = isRefusal(token) ? undefined : token.account;
    return mapMaybe(this.#local(clientOperations.connect, http, account, check), (result) => {
      const { code, message } = (result.body?.value ?? {}) as { code?: number; message?: string };
      if (this.#cut(result, encodeFrame({ method: 'reply', id: frame.id }))) return;
      const isOk = result.status < 300;
      const reply = isOk
        ? status(200, 'OK')
        : { code: result.status, status: message ?? 'Refused', errorCode: code ?? 0, description: message ?? '' };
      this.#reply(frame, reply, isOk ? fields() : {});
    });
  }

  #message(frame: Frame, view: ClientView): MaybePromise<void> {
    const request = readRequest(frame);
    if (request === undefined) return this.#reply(frame, status(400, 'The message has no valid http_request'));
    return mapMaybe(answerRequest(request, this.#session(view)), (result) => {
      // Changes before the answer to what has made them: a program that awaits a write then finds it done.
      view.flush();
      const header = {
        method: 'reply',
        id: frame.id,
        status: status(200, 'OK'),
        http_status: { code: result.status, status: result.status < 300 ? 'OK' : 'Error' },
        http_headers: { ...result.headers },
      };
      const bytes = encodeFrame(header, result.body?.text ?? '');
      if (!this.#cut(result, bytes)) this.#send(bytes);
    });
  }

  #session(view: ClientView): ClientSession {
    const { hub, origin } = this;
    const account = this.#token?.account;
    return {
      view,
      mediaUrl: hub.mediaUrl(origin, view.serviceSid),
      call: ({ http }, verb, noun, input, attachedSids) => {
        const user = { identity: view.identity, serviceSid: view.serviceSid, attachedSids };
        return hub.call(verb, noun, input, { surface: 'client', account, origin, user, http });
      },
      local: ({ http }, operation, run) => this.#local(operation, http, account, run),
      send: (type, payload) => this.notify({ type, payload }),
    };
  }

  #local(
    operation: Operation,
    http: { readonly method: string; readonly url: string; readonly headers: object },
    account: string | undefined,
    run: () => MaybePromise<Result>,
  ): MaybePromise<Result> {
    const caller = {
      surface: 'client' as const,
      account,
      origin: this.origin,
      http: { ...http, headers: {} },
      answer: run,
    };
    return mapMaybe(this.hub.local.call(operation.id, {}, caller), ({ result }) => result);
  }

  /** Breaks the connection if a fault says so. */
  #cut({ connectionFault }: Result, bytes: Buffer): boolean {
    if (connectionFault === undefined) return false;
    if (connectionFault === 'truncate') this.#send(bytes.subarray(0, bytes.length / 2));
    if (connectionFault === 'reset') this.socket.terminate();
    return true;
  }

  #reply({ id }: Frame, replyStatus: JsonObject, fields: JsonObject = {}): void {
    this.#send(encodeFrame({ method: 'reply', id, status: replyStatus, ...fields }));
  }

  #send(bytes: Uint8Array): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_QUEUED) {
      this.hub.log.warn({}, 'client SDK: a connection was closed, because it does not read what it is sent');
      socket.terminate();
      return;
    }
    socket.send(bytes);
  }

  #close(reason: keyof typeof CLOSE): void {
    const [code, text] = CLOSE[reason];
    this.#send(encodeFrame({ method: 'close', id: this.hub.nextId(), status: status(code, text) }));
    this.#ended();
    this.socket.close(1000);
  }

  #ended(): void {
    clearTimeout(this.#initTimer);
    this.#timer.stop();
    const view = this.#view;
    this.#view = undefined;
    if (view === undefined) return;
    view.disconnect();
    this.hub.disconnected(this);
  }
}

const status = (code: number, text: string): JsonObject => ({ code, status: text });

function isRefusal(token: AccessToken | TokenRefusal): token is TokenRefusal {
  return 'status' in token;
}
