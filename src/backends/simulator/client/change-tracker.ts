import type { RecordBase } from '../kernel/collection.js';
import type { WorldObserver } from '../kernel/world.js';
import type { World } from '../kernel/world.js';
import type { BindingRecord } from '../conversations/binding/binding.js';
import type { ConversationRecord } from '../conversations/conversation/record.js';
import type { MessageRecord } from '../conversations/message/record.js';
import type { ParticipantRecord } from '../conversations/participant/record.js';
import type { ServiceRecord } from '../conversations/service/record.js';
import type { UserRecord } from '../conversations/user/record.js';
import { readAll } from './item-list.js';
import { conversationName, userName, syncKindOf, type ObjectName } from './object-name.js';

/** The items of one object that have changed, and whether each existed before. The key of a document is empty. */
type ChangedItems = Map<string, boolean>;

/** What has changed since changes were last taken. */
export interface TakenChanges {
  /** By object name, in order of the first change. */
  readonly items: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
  readonly removedConversations: ReadonlySet<string>;
  /** Users that are gone, by service and identity. */
  readonly removedUsers: readonly Pick<UserRecord, 'serviceSid' | 'identity'>[];
  /** Participants that are gone. They may no longer read their conversations. */
  readonly removedParticipants: readonly {
    readonly serviceSid: string;
    readonly conversationSid: string;
    readonly identity: string;
  }[];
}

type WatchTable = (before: RecordBase | undefined, after: RecordBase | undefined) => void;

/** Collects which Sync items the changes of records concern. Objects that no client has opened are ignored. */
export class ChangeTracker {
  #items = new Map<string, ChangedItems>();
  #removedConversations = new Set<string>();
  #removedUsers: TakenChanges['removedUsers'][number][] = [];
  #removedParticipants: TakenChanges['removedParticipants'][number][] = [];

  constructor(
    /** Whether an object has been opened. */
    readonly isOpen: (name: string) => boolean,
    /** The opened maps of a service's users. */
    readonly infoOf: (serviceSid: string) => Iterable<string>,
    readonly onDirty: () => void,
  ) {}

  /** Tables are identified by their names, since each has its own type of record. */
  readonly onChange: WorldObserver = (table, before, after) => {
    const change = this.#changes[table] as WatchTable | undefined;
    change?.(before, after);
  };

  readonly #changes: Readonly<Record<string, (before: never, after: never) => void>> = {
    messages: (before: MessageRecord | undefined, after: MessageRecord | undefined) => {
      const { conversationSid, index } = oneOf(before, after);
      this.#mark(conversationName(conversationSid, 'messages'), String(index), before);
      // The document names the last message.
      if (before === undefined || after === undefined) this.#mark(conversationName(conversationSid, 'channel'), '', 1);
    },
    conversations: (before: ConversationRecord | undefined, after: ConversationRecord | undefined) => {
      const { sid } = oneOf(before, after);
      if (after === undefined) {
        this.#removedConversations.add(sid);
        this.onDirty();
      } else if (differ(before, after, ['friendlyName', 'uniqueName', 'attributes', 'state', 'dateUpdated', 'email'])) {
        this.#mark(conversationName(sid, 'channel'), '', before);
      }
    },
    participants: (before: ParticipantRecord | undefined, after: ParticipantRecord | undefined) => {
      const { sid, conversationSid, serviceSid } = oneOf(before, after);
      this.#mark(conversationName(conversationSid, 'roster'), sid, before);
      const identities = new Set([before?.identity ?? null, after?.identity ?? null]);
      const isOwnChange = differ(before, after, ['identity', 'lastReadMessageIndex', 'notificationLevel']);
      for (const identity of isOwnChange ? identities : []) {
        if (identity === null) continue;
        const existed = before?.identity === identity;
        this.#mark(userName(serviceSid, identity, 'conversations'), conversationSid, existed ? before : undefined);
        if (!existed || after?.identity === identity) continue;
        this.#removedParticipants.push({ serviceSid, conversationSid, identity });
        this.onDirty();
      }
    },
    users: (before: UserRecord | undefined, after: UserRecord | undefined) => {
      const { serviceSid, identity } = oneOf(before, after);
      if (after === undefined) {
        this.#removedUsers.push({ serviceSid, identity });
        this.onDirty();
        return;
      }
      const name = userName(serviceSid, identity, 'info');
      if (differ(before, after, ['attributes'])) this.#mark(name, 'attributes', before);
      if (differ(before, after, ['friendlyName'])) this.#mark(name, 'friendlyName', before);
      if (differ(before, after, ['online'])) this.#mark(name, 'reachability', before);
    },
    bindings: (before: BindingRecord | undefined, after: BindingRecord | undefined) => {
      const { serviceSid, identity } = oneOf(before, after);
      this.#mark(userName(serviceSid, identity, 'info'), 'reachability', 1);
    },
    services: (before: ServiceRecord | undefined, after: ServiceRecord | undefined) => {
      if (before?.configuration.reachabilityEnabled === after?.configuration.reachabilityEnabled) return;
      for (const name of this.infoOf(oneOf(before, after).sid)) this.#mark(name, 'reachability', 1);
    },
  };

  /** Collects the differences between two worlds, for objects that have been opened. */
  compare(before: World, after: World, opened: Iterable<ObjectName>): void {
    for (const name of opened) {
      if (syncKindOf(name) === 'document') {
        this.#mark(name.name, '', 1);
        continue;
      }
      const old = readAll(before, name);
      const now = readAll(after, name);
      for (const [key, text] of old) if (now.get(key) !== text) this.#mark(name.name, key, 1);
      for (const key of now.keys()) if (!old.has(key)) this.#mark(name.name, key, undefined);
    }
  }

  /** Returns what has changed; undefined if nothing has. */
  take(): TakenChanges | undefined {
    const taken = {
      items: this.#items,
      removedConversations: this.#removedConversations,
      removedUsers: this.#removedUsers,
      removedParticipants: this.#removedParticipants,
    };
    const isEmpty =
      this.#items.size === 0 &&
      this.#removedConversations.size === 0 &&
      this.#removedUsers.length === 0 &&
      this.#removedParticipants.length === 0;
    if (isEmpty) return undefined;
    this.#items = new Map();
    this.#removedConversations = new Set();
    this.#removedUsers = [];
    this.#removedParticipants = [];
    return taken;
  }

  #mark(name: string, key: string, before: unknown): void {
    if (!this.isOpen(name)) return;
    let items = this.#items.get(name);
    if (items === undefined) this.#items.set(name, (items = new Map()));
    // Whether it existed before the first of its changes.
    if (!items.has(key)) items.set(key, before !== undefined);
    this.onDirty();
  }
}

function oneOf<R extends RecordBase>(before: R | undefined, after: R | undefined): R {
  return (after ?? before) as R;
}

function differ<R extends RecordBase>(
  before: R | undefined,
  after: R | undefined,
  keys: readonly (keyof R)[],
): boolean {
  return before === undefined || after === undefined || keys.some((key) => before[key] !== after[key]);
}
