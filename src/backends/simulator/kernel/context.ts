import type { Call, Operation } from '../../../core/operation.js';
import type { EventParameters, EventPhase, Source } from '../conversations/event.js';
import { formatDatetime } from '../../../util/datetime.js';
import type {
  ConversationRecord,
  MessageRecord,
  ParticipantRecord,
  ServiceRecord,
  UserRecord,
} from '../conversations/records.js';
import { conversations, keyOf, messages, participants, services, users } from '../conversations/tables.js';
import { refuse, type TwilioError } from './twilio-error.js';
import type { World } from './world.js';

/** Twilio's paths, taken from the capability's operations and filled in with values. */
export class Paths {
  readonly #parts = new Map<string, readonly string[]>();

  constructor(operations: readonly Operation[]) {
    for (const { name, path } of operations) this.#parts.set(name, path.split(/\{[^}]+\}/));
  }

  /** The path of an operation with its placeholders filled in their order. */
  fill(operation: string, values: readonly string[]): string {
    const parts = this.#parts.get(operation);
    if (parts === undefined) throw new Error(`no operation ${operation} in the capability file`);
    let path = parts[0] ?? '';
    for (let i = 1; i < parts.length; i += 1) path += (values[i - 1] ?? '') + (parts[i] ?? '');
    return path;
  }
}

/** What is needed to show a record: whose it is and how its URLs begin. */
export class View {
  constructor(
    readonly world: World,
    readonly paths: Paths,
    readonly origin: string,
  ) {}

  /** An absolute URL; SIDs are safe as they are. */
  url(operation: string, ...sids: readonly string[]): string {
    return this.origin + this.paths.fill(operation, sids);
  }

  date(moment: number): string {
    return formatDatetime(moment);
  }
}

/** Why something is done, when it is not an ordinary REST call. */
export interface Cause {
  /** A SID that a seed gives to the record that this call creates. */
  readonly givenSid?: string | undefined;
  /** No webhook is told of it, so its events need not be put in words. */
  readonly isSilent?: boolean | undefined;
  /** Without one it is the REST API. */
  readonly source?: Source | undefined;
  /** The chat user who acts. */
  readonly clientIdentity?: string | undefined;
  /** What the message that made a conversation adds to the conversation's events. */
  readonly inbound?: ((phase: EventPhase) => EventParameters) | undefined;
}

/** One call in its world: what was asked, and the records that its path names. */
export class Context extends View {
  constructor(
    world: World,
    paths: Paths,
    readonly call: Call,
    readonly cause: Cause = {},
  ) {
    super(world, paths, call.caller.origin);
  }

  /** A placeholder's value, decoded once by the surface. */
  path(name: string): string {
    return this.call.path.get(name) ?? '';
  }

  query(name: string): string | undefined {
    return this.call.query.get(name)?.at(-1);
  }

  /** 404, naming the path that was asked for, as Twilio does for anything in a path that is not there. */
  notFound(): TwilioError {
    const asked = this.call.operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
      encodeURIComponent(this.path(name)),
    );
    return refuse(20404, `The requested resource ${asked} was not found`);
  }

  /** The service that the path is within. It has no other name than its SID. */
  get service(): ServiceRecord {
    return this.orNotFound(this.world.records(services).get(this.path('ChatServiceSid')));
  }

  /** The conversation that the path is within, by SID or by unique name. */
  get conversation(): ConversationRecord {
    return this.orNotFound(this.findConversation(this.service.sid, this.path('ConversationSid')));
  }

  get message(): MessageRecord {
    const conversation = this.conversation;
    const found = this.world.records(messages).get(this.path('MessageSid'));
    return this.orNotFound(found?.conversationSid === conversation.sid ? found : undefined);
  }

  /** The user that the path is within, by SID or by identity. */
  get user(): UserRecord {
    return this.orNotFound(this.findUser(this.service.sid, this.path('UserSid')));
  }

  /** A unique name may not look like a SID, so trying the SID first is never wrong. */
  findConversation(serviceSid: string, key: string): ConversationRecord | undefined {
    const all = this.world.records(conversations);
    const bySid = all.get(key);
    return bySid?.serviceSid === serviceSid ? bySid : all.find('uniqueName', keyOf(serviceSid, key));
  }

  findUser(serviceSid: string, key: string): UserRecord | undefined {
    const all = this.world.records(users);
    const bySid = all.get(key);
    return bySid?.serviceSid === serviceSid ? bySid : all.find('identity', keyOf(serviceSid, key));
  }

  /** By SID or by a chat participant's identity; an address is not accepted. */
  findParticipant(conversationSid: string, key: string): ParticipantRecord | undefined {
    const all = this.world.records(participants);
    const bySid = all.get(key);
    return bySid?.conversationSid === conversationSid ? bySid : all.find('identity', keyOf(conversationSid, key));
  }

  orNotFound<T>(found: T | undefined): T {
    if (found === undefined) throw this.notFound();
    return found;
  }
}
