import type { Call, Scope, Verb } from '../../../core/operation.js';
import { formatDatetime } from '../../../util/datetime.js';
import type { EventParameters, EventPhase } from './event.js';
import type { Links } from './links.js';
import { notFound, type TwilioError } from './twilio-error.js';
import type { World } from './world.js';

/** What rendering a record needs: its world, and how URLs begin and continue. */
export class View {
  constructor(
    readonly world: World,
    readonly links: Links,
    readonly origin: string,
    /** The scope of the call being answered. URLs in the response have the same scope. */
    readonly scope: Scope,
  ) {}

  /** The absolute URL of an operation on a resource, with its placeholders filled in from a record. SIDs need no encoding. */
  link(verb: Verb, noun: string, record: object, scope: Scope = this.scope): string {
    return this.origin + this.links.path(verb, noun, scope, record);
  }

  date(timestamp: number): string {
    return formatDatetime(timestamp);
  }
}

/** Where a write comes from, when it is not an ordinary REST call. */
export interface WriteOrigin {
  /** The SID that a seed gives to the record that this call creates. */
  readonly givenSid?: string | undefined;
  /** No webhook fires, so events need not be built. */
  readonly isSilent?: boolean | undefined;
  /** The source that events report; the REST API if absent. */
  readonly source?: string | undefined;
  /** No pre-action webhook is called. */
  readonly skipsPreHook?: boolean | undefined;
  /** Identity of the chat user who acts. */
  readonly clientIdentity?: string | undefined;
  /** Whom the record names as its creator, if that is a user. */
  readonly creator?: string | undefined;
  /** Receives the deliveries of the write's events in place of the outlet, so that they wait for a later write. */
  readonly holdDelivery?: ((deliver: () => void) => void) | undefined;
  /** SIDs of further records that belong to the new one, where its form can name only one. */
  readonly attachedSids?: readonly string[] | undefined;
  /** Parameters that the write adds to the events of the record it creates. */
  readonly eventParameters?: ((phase: EventPhase) => EventParameters) | undefined;
}

const restApi: WriteOrigin = {};

/** What building an event needs. */
export type EventOrigin = Pick<Context, 'world' | 'writeOrigin'>;

/** One call in its world. */
export class Context extends View {
  constructor(
    world: World,
    links: Links,
    readonly call: Call,
    readonly writeOrigin: WriteOrigin = restApi,
  ) {
    super(world, links, call.caller.origin, call.operation.scope);
  }

  /** The value of a path placeholder, decoded. */
  path(name: string): string {
    return this.call.path.get(name) ?? '';
  }

  query(name: string): string | undefined {
    return this.call.query.get(name)?.at(-1);
  }

  /** The refusal for anything in the path that does not exist. It names the requested path, as Twilio does. */
  notFound(): TwilioError {
    return notFound(
      this.call.operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(this.path(name))),
    );
  }

  /** @throws TwilioError 20404 when nothing was found */
  orNotFound<T>(found: T | undefined): T {
    if (found === undefined) throw this.notFound();
    return found;
  }
}
