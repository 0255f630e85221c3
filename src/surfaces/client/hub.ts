import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { ClientBackend, ClientReceiver } from '../../core/client-view.js';
import { UnderstudyError } from '../../core/errors.js';
import type { JsonObject } from '../../core/body.js';
import type { Log } from '../../core/log.js';
import { MEDIA_URI } from '../../core/media.js';
import { mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { Caller, Engine, Input, Operation, Result, Verb } from '../../core/operation.js';
import type { SharedWorlds, WorldElsewhere } from '../../core/shared-worlds.js';
import { isTwilioHost, MEDIA_PREFIX } from '../../core/twilio-hosts.js';
import { refusal } from './requests/request.js';
import type { ClientLimits } from './limits.js';
import type { ClientMetrics } from './metrics.js';
import { OpenSockets } from './open-sockets.js';
import type { Tokens } from './tokens.js';

/** A fault of what is sent to clients. */
export interface NotificationFault {
  /** In milliseconds. */
  readonly latency: number;
  readonly connection: Result['connectionFault'];
}

/** A WebSocket with a session. */
interface OpenConnection extends ClientReceiver {
  readonly socket: WebSocket;
}

export interface HubParts {
  readonly backend: ClientBackend;
  readonly engine: Engine;
  /** Answers what REST does not have. */
  readonly local: Pick<Engine, 'call'>;
  readonly tokens: Tokens;
  readonly notificationFault: (account: string) => NotificationFault | undefined;
  readonly metrics: ClientMetrics;
  readonly limits: ClientLimits;
  readonly log: Log;
  /** Where the worlds are, if several servers share them. */
  readonly shared?: Pick<SharedWorlds, 'locate' | 'misplaced'> | undefined;
}

/** What all connections of client SDKs share. */
export class Hub {
  /** Those that have a session. */
  readonly connections = new Set<ClientReceiver>();
  /** Those whose session is at another server. */
  readonly relays = new Set<OpenConnection>();
  readonly sockets: OpenSockets;
  readonly #operations: ReadonlyMap<string, Operation>;
  #ids = 0;
  readonly #idPrefix = randomUUID().slice(0, 8);

  constructor(readonly parts: HubParts) {
    this.sockets = new OpenSockets(parts);
    this.#operations = new Map(
      parts.engine.operations
        .filter(({ scope }) => scope === 'service')
        .map((operation) => [`${operation.verb} ${operation.noun}`, operation]),
    );
  }

  get backend(): ClientBackend {
    return this.parts.backend;
  }

  get local(): Pick<Engine, 'call'> {
    return this.parts.local;
  }

  get log(): Log {
    return this.parts.log;
  }

  get limits(): ClientLimits {
    return this.parts.limits;
  }

  get metrics(): ClientMetrics {
    return this.parts.metrics;
  }

  get tokens(): Tokens {
    return this.parts.tokens;
  }

  /** An id for a frame. */
  nextId(): string {
    this.#ids += 1;
    return `TM${this.#idPrefix}-${this.#ids}`;
  }

  /** The fields of the reply to a client that opens a session. */
  sessionFields(): JsonObject {
    return {
      continuation_token: this.nextId(),
      continuation_token_status: { reissued: true, reissue_message: '' },
      capabilities: ['client_update', 'offline_storage'],
      // A new one each time, so that the SDK in a browser reads nothing from an earlier session.
      offline_storage: { ip_messaging: { storage_id: this.nextId() } },
    };
  }

  notificationFault(account: string): NotificationFault | undefined {
    return this.parts.notificationFault(account);
  }

  /** Calls an operation of REST as a user. */
  call(verb: Verb, noun: string, input: Input, caller: Caller): MaybePromise<Result> {
    const operation = this.#operations.get(`${verb} ${noun}`);
    if (operation === undefined) {
      return refusal(501, 20001, `The loaded capability files have no operation to ${verb} ${noun} of a service.`);
    }
    return this.answering(() => mapMaybe(this.parts.engine.call(operation.id, input, caller), ({ result }) => result));
  }

  /** Failures of this server are answers as well. */
  answering(run: () => MaybePromise<Result>): MaybePromise<Result> {
    try {
      const result = run();
      return result instanceof Promise ? result.catch(failed) : result;
    } catch (error) {
      return failed(error);
    }
  }

  /** The address of uploads. A client that was redirected from Twilio's hosts gets Twilio's. */
  mediaUrl(origin: string, serviceSid: string): string {
    const base = isTwilioHost(new URL(origin).hostname) ? MEDIA_URI : origin + MEDIA_PREFIX;
    return `${base}/v1/Services/${serviceSid}/Media`;
  }

  /** The server that has the world of an account; undefined if it is this one, or if that is not known. */
  async #ownerOf(account: string): Promise<WorldElsewhere | undefined> {
    const place = await this.parts.shared?.locate(account);
    if (place === undefined || !('leave' in place)) return place;
    place.leave();
    return undefined;
  }

  ownerOf(account: string): MaybePromise<WorldElsewhere | undefined> {
    // That the world cannot be found is the answer to the client, which opening the session finds again.
    return this.parts.shared && this.#ownerOf(account).catch(() => undefined);
  }

  forgetOwner(account: string): void {
    this.parts.shared?.misplaced(account);
  }

  open(): readonly ClientReceiver[] {
    return [...this.connections, ...this.relays];
  }

  /** A connection has a session at another server. */
  relayed(connection: OpenConnection): void {
    this.sockets.accept(connection.socket);
    this.relays.add(connection);
  }

  connected(connection: OpenConnection): void {
    this.sockets.accept(connection.socket);
    this.connections.add(connection);
    this.metrics.connections(this.connections.size);
  }

  disconnected(connection: OpenConnection): void {
    this.connections.delete(connection);
    this.metrics.connections(this.connections.size);
  }
}

function failed(error: unknown): Result {
  if (!(error instanceof UnderstudyError)) throw error;
  return refusal(error.status, error.code, error.message);
}
