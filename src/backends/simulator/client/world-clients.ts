import type { SyncEvent, SyncKind } from '../../../core/client-view.js';
import { keyOf } from '../kernel/collection.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { World } from '../kernel/world.js';
import { participants } from '../conversations/participant/record.js';
import { services } from '../conversations/service/record.js';
import { setOnline } from '../conversations/user/events.js';
import { findUser } from '../conversations/user/record.js';
import { type Connected, mayRead, namesOf } from './access.js';
import { ChangeTracker, type TakenChanges } from './change-tracker.js';
import { readDocument, readItem } from './item-list.js';
import { conversationName, parseName, sidOf, syncKindOf, userName, type ObjectName } from './object-name.js';
import { isoDate } from './projection.js';
import { SentLog } from './sent-log.js';
import { SyncObject, type EventIds } from './sync-object.js';

/** How long the objects that a user may have opened earlier are kept, in milliseconds. */
const KNOWN_MS = 2000;

/** Objects of removed users that are kept for their clients. */
const MAX_OF_REMOVED_USERS = 1000;

/** A user with at least one connection. */
export interface ConnectedUser {
  readonly serviceSid: string;
  readonly identity: string;
  readonly connections: number;
  /** SIDs of the conversations in which the user is typing. */
  readonly typingIn: readonly string[];
}

/** The connected users of one world, and the Sync objects that they have opened. */
export class WorldClients {
  readonly #objects = new Map<string, SyncObject>();
  readonly #bySid = new Map<string, SyncObject>();
  /** By service and identity. A user may have several connections. */
  readonly #users = new Map<string, Set<Connected>>();
  /** Until when users type, by user and conversation, in milliseconds since 1970 by the machine's clock. */
  readonly #typing = new Map<string, Map<string, number>>();
  readonly #known = new WeakMap<Connected, { readonly names: ReadonlyMap<string, string>; readonly until: number }>();
  /** Names of objects, the oldest first. */
  readonly #ofRemovedUsers: string[] = [];
  readonly #tracker: ChangeTracker;
  readonly sent = new SentLog();
  #isFlushQueued = false;

  constructor(
    readonly session: WorldSession,
    readonly ids: EventIds,
  ) {
    this.#tracker = new ChangeTracker(
      (name) => this.#objects.has(name),
      (serviceSid) => this.#infoOf(serviceSid),
      () => this.#flushSoon(),
    );
    session.watch({
      onChange: this.#tracker.onChange,
      onReplace: (before, after) => this.#follow(before, after),
      onRemove: () => this.#closeAll(),
    });
  }

  get world(): World {
    return this.session.world;
  }

  /** Adds a connection, and sets its user online. */
  add(connected: Connected): void {
    const key = userKey(connected);
    const others = this.#users.get(key);
    if (others !== undefined) {
      others.add(connected);
      return;
    }
    this.#users.set(key, new Set([connected]));
    this.#setOnline(connected, true);
    this.#reportChange();
  }

  remove(connected: Connected): void {
    const key = userKey(connected);
    const own = this.#users.get(key);
    if (own?.delete(connected) !== true) return;
    for (const object of connected.subscriptions) object.unsubscribe(connected);
    if (own.size > 0) return;
    this.#users.delete(key);
    this.#typing.delete(key);
    this.#setOnline(connected, false);
    this.#reportChange();
  }

  /** Remembers that a user types. */
  setTyping(user: Connected, conversationSid: string, seconds: number): void {
    const key = userKey(user);
    const own = this.#typing.get(key) ?? new Map<string, number>();
    const now = Date.now();
    for (const [sid, until] of own) if (until <= now) own.delete(sid);
    this.#typing.set(key, own.set(conversationSid, now + seconds * 1000));
    this.#reportChange();
  }

  users(): ConnectedUser[] {
    const now = Date.now();
    return [...this.#users].flatMap(([key, connections]) =>
      [...connections].slice(0, 1).map(({ serviceSid, identity }) => ({
        serviceSid,
        identity,
        connections: connections.size,
        typingIn: [...(this.#typing.get(key) ?? [])].flatMap(([sid, until]) => (until > now ? sid : [])),
      })),
    );
  }

  /** Closes the connections of a user, in all services or in one. Returns their number. */
  disconnect(identity: string, serviceSid?: string): number {
    let count = 0;
    for (const connected of this.all()) {
      if (connected.identity !== identity || (serviceSid ?? connected.serviceSid) !== connected.serviceSid) continue;
      connected.receiver.restart();
      count += 1;
    }
    return count;
  }

  /** Every connection of the world. */
  *all(): Generator<Connected> {
    for (const connections of this.#users.values()) yield* connections;
  }

  /** The connections of the participants of a conversation. */
  *participating(conversationSid: string): Generator<Connected> {
    const roster = this.world.records(participants).list('conversation', conversationSid);
    for (const { serviceSid, identity } of roster.slice(0, roster.size)) {
      if (identity !== null) yield* this.#connectionsOf({ serviceSid, identity });
    }
  }

  #connectionsOf(user: Pick<Connected, 'serviceSid' | 'identity'>): Iterable<Connected> {
    return this.#users.get(userKey(user)) ?? [];
  }

  /** Opens an object by its name or SID; undefined if there is none that the user may read. */
  open(kind: SyncKind, key: string, viewer: Connected): SyncObject | undefined {
    const opened = this.#bySid.get(key) ?? this.#objects.get(key);
    const name = opened?.name ?? parseName(key);
    if (name === undefined || syncKindOf(name) !== kind || !mayRead(this.world, name, viewer)) return undefined;
    if (opened !== undefined) return opened;
    const object = new SyncObject(name, sidOf(this.world.account, name), this.ids.next());
    this.#objects.set(name.name, object);
    this.#bySid.set(object.sid, object);
    return object;
  }

  /** An object whose subscription a client renews may have been opened in an earlier process only. */
  openBySid(kind: SyncKind, sid: string, viewer: Connected): SyncObject | undefined {
    const opened = this.#bySid.get(sid);
    if (opened !== undefined) return this.open(kind, sid, viewer);
    const name = this.#knownBefore(viewer).get(sid);
    return name === undefined ? undefined : this.open(kind, name, viewer);
  }

  bySid(sid: string): SyncObject | undefined {
    return this.#bySid.get(sid);
  }

  /** Sends what has changed to those who subscribe to it. */
  flush(): void {
    this.#isFlushQueued = false;
    const taken = this.#tracker.take();
    if (taken === undefined) return;
    const date = isoDate(this.world.now());
    for (const [name, items] of taken.items) {
      const object = this.#objects.get(name);
      if (object !== undefined && !isOfRemoved(object.name, taken)) this.#publish(object, items, date);
    }
    for (const participant of taken.removedParticipants) this.#unsubscribe(participant);
    for (const sid of taken.removedConversations) this.#removeObjects(sid, date);
    for (const user of taken.removedUsers) {
      for (const { receiver } of this.#connectionsOf(user)) receiver.restart();
      this.#keepForAWhile(user);
    }
  }

  #publish(object: SyncObject, items: ReadonlyMap<string, boolean>, date: string): void {
    for (const [key, existed] of items) {
      if (syncKindOf(object.name) === 'document') {
        const data = readDocument(this.world, object.name);
        if (data !== undefined) this.#send(object, key, object.changeDocument(this.ids.next(), data, date));
        continue;
      }
      const data = readItem(this.world, object.name, key);
      if (data === undefined && !existed) continue;
      this.#send(object, key, object.change(this.ids.next(), { key, data, isNew: !existed }, date));
    }
  }

  #send(object: SyncObject, key: string, event: SyncEvent): void {
    this.sent.add(this.world, { name: object.name, key }, event, object.publish(event));
  }

  /** A user who has left gets no more of the conversation. */
  #unsubscribe({ serviceSid, conversationSid, identity }: TakenChanges['removedParticipants'][number]): void {
    const objects = objectsOfConversation(conversationSid).flatMap((name) => this.#objects.get(name) ?? []);
    for (const connected of this.#connectionsOf({ serviceSid, identity })) {
      for (const object of objects) object.unsubscribe(connected);
    }
  }

  #removeObjects(conversationSid: string, date: string): void {
    for (const name of objectsOfConversation(conversationSid)) {
      const object = this.#objects.get(name);
      if (object === undefined) continue;
      object.publish(object.removal(this.ids.next(), date));
      object.unsubscribeAll();
      this.#forget(object);
    }
  }

  /** The user may come back, and must learn then what has been removed. */
  #keepForAWhile({ serviceSid, identity }: TakenChanges['removedUsers'][number]): void {
    const names = (['conversations', 'info'] as const).map((kind) => userName(serviceSid, identity, kind));
    this.#ofRemovedUsers.push(...names);
    for (const name of this.#ofRemovedUsers.splice(0, this.#ofRemovedUsers.length - MAX_OF_REMOVED_USERS)) {
      const object = this.#objects.get(name);
      if (object === undefined || object.subscribers.size > 0) continue;
      const { ownerSid, identity: owner = '' } = object.name;
      if (findUser(this.world, ownerSid, owner) === undefined) this.#forget(object);
    }
  }

  #forget({ name, sid }: SyncObject): void {
    this.#objects.delete(name.name);
    this.#bySid.delete(sid);
  }

  /** Follows a world that has been reset or restored: clients learn the differences when they have connected again. */
  #follow(before: World, after: World): void {
    this.#tracker.compare(
      before,
      after,
      [...this.#objects.values()].map(({ name }) => name),
    );
    this.flush();
    this.#closeAll();
  }

  #closeAll(): void {
    for (const { receiver } of this.all()) receiver.restart();
  }

  /** The names of objects that a user may have opened in an earlier process, by SID. Kept for a while: they come in batches. */
  #knownBefore(viewer: Connected): ReadonlyMap<string, string> {
    const cached = this.#known.get(viewer);
    if (cached !== undefined && cached.until > Date.now()) return cached.names;
    const names = new Map(namesOf(this.world, viewer).map((each) => [sidOf(this.world.account, each), each.name]));
    this.#known.set(viewer, { names, until: Date.now() + KNOWN_MS });
    return names;
  }

  *#infoOf(serviceSid: string): Generator<string> {
    for (const { name } of this.#objects.values()) {
      if (name.kind === 'info' && name.ownerSid === serviceSid) yield name.name;
    }
  }

  #setOnline({ serviceSid, identity }: Connected, online: boolean): void {
    const user = findUser(this.world, serviceSid, identity);
    const isOn = this.world.records(services).get(serviceSid)?.configuration.reachabilityEnabled === true;
    if (user === undefined || !isOn || user.online === online) return;
    setOnline(this.world, user, online);
    this.session.settle();
  }

  /** Who is connected and who types are not in records, but people see them. */
  #reportChange(): void {
    this.session.options.onWorldChange?.({ account: this.world.account });
  }

  #flushSoon(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    // The change that is being made is complete by then.
    queueMicrotask(() => this.flush());
  }
}

const userKey = ({ serviceSid, identity }: Pick<Connected, 'serviceSid' | 'identity'>): string =>
  keyOf(serviceSid, identity);

const objectsOfConversation = (sid: string): string[] =>
  (['channel', 'messages', 'roster'] as const).map((kind) => conversationName(sid, kind));

/** A conversation that is gone is removed as a whole. */
const isOfRemoved = ({ ownerSid }: ObjectName, { removedConversations }: TakenChanges): boolean =>
  removedConversations.has(ownerSid);
