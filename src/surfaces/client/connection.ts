import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type AccessToken, isRefusal } from '../../core/access-token.js';
import type { JsonObject } from '../../core/body.js';
import { understudyErrors } from '../../core/errors.js';
import type { ClientReceiver, ClientView, Notification } from '../../core/client-view.js';
import { mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { Operation, Result } from '../../core/operation.js';
import type { WorldElsewhere } from '../../core/shared-worlds.js';
import { lazyCode } from '../../util/load-code.js';
import { FORWARDED } from '../replicas/headers.js';
import { type CloseReason, FrameSocket, statusOf } from './frame-socket.js';
import { encodeFrame, encodeNotification, type Frame, METHODS, parseFrame } from './frames.js';
import type { Hub } from './hub.js';
import { clientOperations } from './operations.js';
import { answerRequest } from './requests/index.js';
import { readRequest } from './requests/read-request.js';
import { answer, refusal, type ClientSession } from './requests/request.js';
import type { Relay } from './relay.js';
import { TokenTimer } from './token-timer.js';

const loadRelay = lazyCode(() => import('./relay.js'));

/** One WebSocket of a client SDK. */
export class Connection implements ClientReceiver {
  readonly #out: FrameSocket;
  /** Of the session that is open or is being opened. */
  #token: AccessToken | undefined;
  #view: ClientView | undefined;
  #pending = 0;
  readonly #timer: TokenTimer;
  #initTimer: NodeJS.Timeout | undefined;
  /** Set while another server has the world. */
  #relay: Relay | undefined;

  private constructor(
    readonly socket: WebSocket,
    readonly hub: Hub,
    /** What URLs in responses begin with. */
    readonly origin: string,
    readonly request: IncomingMessage,
  ) {
    this.#out = new FrameSocket(socket, hub);
    const warning = { method: 'client_update', client_update_type: 'token_about_to_expire' };
    this.#timer = new TokenTimer(
      () => this.#out.send(encodeFrame({ ...warning, id: hub.nextId() })),
      () => this.#close('expired'),
    );
    this.#initTimer = setTimeout(() => {
      hub.sockets.drop(socket, 'no_token', `the client sent no valid token within ${hub.limits.initMs} ms`);
    }, hub.limits.initMs).unref();
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('close', () => this.#ended());
    // A broken connection ends with `close` as well.
    socket.on('error', () => socket.terminate());
  }

  /** Serves a WebSocket until it is closed. */
  static open(socket: WebSocket, hub: Hub, origin: string, request: IncomingMessage): Connection {
    return new Connection(socket, hub, origin, request);
  }

  notify(notification: Notification): boolean {
    const account = this.#token?.account ?? '';
    const fault = this.hub.notificationFault(account);
    // All receivers get the same bytes.
    const bytes = (notification.encoded ??= encodeNotification(this.hub.nextId(), notification));
    const { latency = 0, connection } = fault ?? {};
    const send = (): void => (connection === undefined ? this.#out.send(bytes) : this.#break(connection, bytes));
    if (latency === 0) send();
    else setTimeout(send, latency).unref();
    return connection === undefined;
  }

  restart(): void {
    this.#out.restart();
    this.#ended();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#relay !== undefined) return this.#relay.send(data);
    const frame = isBinary ? parseFrame(data) : 'it is a text message';
    if (typeof frame === 'string') {
      this.hub.log.debug({ account: this.#token?.account }, `client SDK: a frame was refused: ${frame}`);
      this.hub.metrics.dropped('bad_frame');
      return this.#close('badFrame');
    }
    this.hub.metrics.frame(METHODS.has(frame.method) ? frame.method : 'other');
    if (frame.method === 'reply' || frame.method === 'telemetry.v1') return;
    if (this.#pending >= this.hub.limits.pending) return this.#reply(frame, statusOf(429, 'Too many requests'));
    this.#pending += 1;
    const release = (): void => {
      this.#pending -= 1;
    };
    const failed = (error: unknown): void => {
      release();
      this.hub.log.error({ err: error }, `client SDK: a ${frame.method} failed`);
      this.#reply(frame, statusOf(500, 'Internal error'));
    };
    try {
      const handled = this.#handle(frame, data);
      if (handled instanceof Promise) void handled.then(() => release(), failed);
      else release();
    } catch (error) {
      failed(error);
    }
  }

  #handle(frame: Frame, data: Buffer): MaybePromise<void> {
    if (frame.method === 'init') return this.#begin(frame, data);
    if (frame.method === 'close') return this.socket.close(1000);
    if (this.#view === undefined) return this.#reply(frame, statusOf(401, 'Send init with a token first'));
    if (frame.method === 'message') return this.#message(frame, this.#view);
    if (frame.method === 'update') return this.#update(frame);
    // Notifications of changes go to everyone, so that what a client wants to be told of need not be known.
    const isKnown = METHODS.has(frame.method);
    this.#reply(frame, isKnown ? statusOf(200, 'OK') : statusOf(400, 'Unknown method'));
  }

  /** Opens the session at the server that has the world. */
  #begin(frame: Frame, data: Buffer): MaybePromise<void> {
    // A second one would change the user while requests of the first are answered.
    if (this.#view !== undefined) return this.#close('badFrame');
    const token = this.hub.tokens.check(frame.header['token']);
    // A connection is relayed once.
    if (isRefusal(token) || this.request.headers[FORWARDED] !== undefined) return this.#init(frame);
    return mapMaybe(this.hub.ownerOf(token.account), (place) => {
      return place === undefined ? this.#init(frame) : this.#relayTo(place, token.account, data);
    });
  }

  async #relayTo(place: WorldElsewhere, account: string, data: Buffer): Promise<void> {
    const { Relay } = await loadRelay();
    if (!this.#out.isOpen) return;
    clearTimeout(this.#initTimer);
    this.hub.relayed(this);
    const { hub, request } = this;
    this.#relay ??= new Relay({ hub, out: this.#out, request, account, place });
    this.#relay.send(data);
  }

  #init(frame: Frame): MaybePromise<void> {
    return this.#authenticate(
      frame,
      (token) => this.#open(token),
      () => {
        clearTimeout(this.#initTimer);
        if (this.#token !== undefined) this.#timer.start(this.#token);
        return this.hub.sessionFields();
      },
    );
  }

  /** Opens the session. Two may be asked for at the same time, while the first waits for a fault rule or the disk. */
  #open(token: AccessToken): MaybePromise<Result> {
    if (!this.#out.isOpen) return refusal(499, 499, 'The client has gone');
    if (this.#token !== undefined) return refusal(400, 20001, 'The session is already open');
    this.#token = token;
    const { account, serviceSid, identity, credentialSid } = token;
    const grant = { account, serviceSid, identity, credentialSid };
    const opened = this.hub.answering(() => mapMaybe(this.hub.backend.connect(grant, this), (view) => this.#use(view)));
    return mapMaybe(opened, (result) => {
      if (result.status >= 300) this.#token = undefined;
      return result;
    });
  }

  #use(view: ClientView | undefined): Result {
    if (view === undefined) {
      const { account = '', serviceSid = '(default)' } = this.#token ?? {};
      return refusal(403, 20106, `Invalid Access Token grants: ${account} has no service ${serviceSid}`);
    }
    if (!this.#out.isOpen) {
      view.disconnect();
      return refusal(499, 499, 'The client has gone');
    }
    this.#view = view;
    this.hub.connected(this);
    return answer({ identity: view.identity, service_sid: view.serviceSid });
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
  #authenticate(
    frame: Frame,
    accept: (token: AccessToken) => MaybePromise<Result>,
    fields: () => JsonObject,
  ): MaybePromise<void> {
    const token = this.hub.tokens.check(frame.header['token']);
    const check = (): MaybePromise<Result> =>
      isRefusal(token) ? refusal(token.status, token.code, token.message) : accept(token);
    const http = { method: 'POST', url: `/v3/wsconnect#${frame.method}`, headers: {} };
    const account = isRefusal(token) ? undefined : token.account;
    return mapMaybe(this.#local(clientOperations.connect, http, account, check), (result) => {
      const { code, message } = (result.body?.value ?? {}) as { code?: number; message?: string };
      // The SDK connects again, perhaps to the server that has the world.
      if (code === understudyErrors.UNDERSTUDY_WORLD_ELSEWHERE.code) return this.#out.restart();
      const isOk = result.status < 300;
      const reply = isOk
        ? statusOf(200, 'OK')
        : { code: result.status, status: message ?? 'Refused', errorCode: code ?? 0, description: message ?? '' };
      const { connectionFault } = result;
      if (connectionFault === undefined) return this.#reply(frame, reply, isOk ? fields() : {});
      this.#break(connectionFault, encodeFrame({ method: 'reply', id: frame.id, status: reply }));
    });
  }

  #message(frame: Frame, view: ClientView): MaybePromise<void> {
    const request = readRequest(frame);
    if (request === undefined) return this.#reply(frame, statusOf(400, 'The message has no valid http_request'));
    return mapMaybe(answerRequest(request, this.#session(view)), (result) => {
      // Changes before the answer to what has made them: a program that awaits a write then finds it done.
      view.flush();
      const header = {
        method: 'reply',
        id: frame.id,
        status: statusOf(200, 'OK'),
        http_status: { code: result.status, status: result.status < 300 ? 'OK' : 'Error' },
        http_headers: { ...result.headers },
      };
      const bytes = encodeFrame(header, result.body?.text ?? '');
      if (result.connectionFault === undefined) this.#out.send(bytes);
      else this.#break(result.connectionFault, bytes);
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
      send: (type, payload) => void this.notify({ type, payload }),
      isBusy: () => this.#out.isBusy,
      maxSubscriptions: hub.limits.subscriptions,
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
    return this.hub.answering(() => mapMaybe(this.hub.local.call(operation.id, {}, caller), ({ result }) => result));
  }

  /** Breaks the connection as a fault says. */
  #break(fault: NonNullable<Result['connectionFault']>, bytes: Uint8Array): void {
    if (fault === 'truncate') this.#out.send(bytes.subarray(0, bytes.length / 2));
    if (fault === 'reset') this.#out.terminate();
  }

  #reply({ id }: Frame, status: JsonObject, fields: JsonObject = {}): void {
    this.#out.reply(id, status, fields);
  }

  #close(reason: CloseReason): void {
    this.#out.close(reason);
    this.#ended();
  }

  #ended(): void {
    clearTimeout(this.#initTimer);
    this.#timer.stop();
    this.#relay?.close();
    this.hub.relays.delete(this);
    const view = this.#view;
    this.#view = undefined;
    if (view === undefined) return;
    view.disconnect();
    this.hub.disconnected(this);
  }
}
