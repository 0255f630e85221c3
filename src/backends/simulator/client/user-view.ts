import type {
  ClientGrant,
  ClientReceiver,
  ClientView,
  ItemPage,
  ItemQuery,
  Replay,
  SyncKind,
  SyncObjectView,
} from '../../../core/client-view.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import { keyOf } from '../kernel/collection.js';
import { bindings, type BindingRecord } from '../conversations/binding/binding.js';
import { messages } from '../conversations/message/record.js';
import { participants } from '../conversations/participant/record.js';
import { services } from '../conversations/service/record.js';
import type { World } from '../kernel/world.js';
import { missedBefore } from './missed-before.js';
import { readDocument, readItem, readPage } from './item-list.js';
import { userName } from './object-name.js';
import { isoDate } from './projection.js';
import type { SyncObject } from './sync-object.js';
import type { Connected } from './access.js';
import type { WorldClients } from './world-clients.js';

interface UserConnection {
  readonly grant: ClientGrant;
  readonly receiver: ClientReceiver;
  /** Makes a change, and waits until it is saved. */
  readonly write: <T>(change: () => T) => MaybePromise<T>;
  /** @throws UnderstudyError if there is no room for more data */
  readonly admitGrowth: (name: string) => void;
  readonly onDisconnect: () => void;
}

/** Devices that a user may register. Twilio documents no limit. */
const MAX_DEVICES = 100;

/** What one connection shows of its world. */
export class UserView implements ClientView {
  readonly identity: string;
  readonly own: ClientView['own'];
  readonly #connected: Connected;

  constructor(
    readonly clients: WorldClients,
    readonly serviceSid: string,
    readonly connection: UserConnection,
  ) {
    const { grant, receiver } = connection;
    const { identity } = grant;
    this.identity = identity;
    this.own = {
      conversations: userName(serviceSid, identity, 'conversations'),
      info: userName(serviceSid, identity, 'info'),
    };
    this.#connected = { serviceSid, identity, receiver, subscriptions: new Set() };
    clients.add(this.#connected);
  }

  get reachabilityEnabled(): boolean {
    return this.#world.records(services).get(this.serviceSid)?.configuration.reachabilityEnabled === true;
  }

  now(): number {
    return this.#world.now();
  }

  open(kind: SyncKind, key: string): SyncObjectView | undefined {
    const object = this.#find(kind, key);
    if (object === undefined) return undefined;
    const { sid, lastEventId, name } = object;
    const data = kind === 'document' ? readDocument(this.#world, name) : undefined;
    return {
      sid,
      name: name.name,
      lastEventId,
      dateUpdated: isoDate(this.now()),
      ...(data === undefined ? {} : { data }),
    };
  }

  items(kind: SyncKind, key: string, query: ItemQuery): ItemPage | undefined {
    const object = this.#find(kind, key);
    if (object === undefined) return undefined;
    return { sid: object.sid, ...readPage(this.#world, object.name, query, (item) => object.lastEventOf(item)) };
  }

  subscribe(kind: SyncKind, sid: string, lastEventId: number): Replay | undefined {
    this.flush();
    const object = this.clients.openBySid(kind, sid, this.#connected);
    if (object === undefined) return undefined;
    const { name } = object;
    const read = (key: string) =>
      kind === 'document' ? readDocument(this.#world, name) : readItem(this.#world, name, key);
    const date = isoDate(this.now());
    const replay = object.since(lastEventId, read, date);
    if (replay.isComplete) object.subscribe(this.#connected);
    // A client of an earlier process: what changed then is not known any more.
    const isOlder = lastEventId < object.openedAt && kind !== 'document';
    return isOlder
      ? { ...replay, events: [...missedBefore(this.#world, object, lastEventId, date), ...replay.events] }
      : replay;
  }

  get subscriptionCount(): number {
    return this.#connected.subscriptions.size;
  }

  unsubscribe(sid: string): void {
    this.clients.bySid(sid)?.unsubscribe(this.#connected);
  }

  typing(conversationSid: string, seconds: number): boolean {
    if (!this.isParticipant(conversationSid)) return false;
    this.clients.setTyping(this.#connected, conversationSid, seconds);
    const notification = {
      type: 'twilio.ipmsg.typing_indicator',
      payload: { channel_sid: conversationSid, identity: this.identity, typing_timeout: seconds },
    };
    for (const { identity, receiver } of this.clients.participating(conversationSid)) {
      if (identity !== this.identity) receiver.notify(notification);
    }
    return true;
  }

  register(device: Parameters<ClientView['register']>[0]): MaybePromise<string | undefined> {
    const { type, endpoint } = device;
    const devices = this.#devices();
    const existing = devices.find((each) => each.bindingType === type && each.endpoint === endpoint);
    if (existing === undefined) {
      if (devices.length >= MAX_DEVICES) return undefined;
      this.connection.admitGrowth('a push registration');
    }
    return this.#write((world) => this.#saveDevice(world, device, existing).sid);
  }

  #saveDevice(
    world: World,
    { type, endpoint, messageTypes }: Parameters<ClientView['register']>[0],
    existing: BindingRecord | undefined,
  ): BindingRecord {
    if (existing !== undefined) return world.update(bindings, existing, { messageTypes, dateUpdated: world.now() });
    const { serviceSid, identity } = this;
    const credentialSid = this.connection.grant.credentialSid ?? world.newSid('CR');
    return world.create(bindings, {
      serviceSid,
      identity,
      bindingType: type,
      endpoint,
      credentialSid,
      messageTypes,
    });
  }

  unregister({ sid, type, endpoint }: Parameters<ClientView['unregister']>[0]): MaybePromise<void> {
    const matching = this.#devices().filter(
      (each) =>
        (sid ?? each.sid) === each.sid &&
        (type ?? each.bindingType) === each.bindingType &&
        (endpoint ?? each.endpoint) === each.endpoint,
    );
    if (matching.length === 0) return;
    return this.#write((world) => {
      for (const device of matching) world.remove(bindings, device);
    });
  }

  counts(conversationSid: string): { readonly participants: number; readonly messages: number } {
    const world = this.#world;
    return {
      participants: world.records(participants).list('conversation', conversationSid).size,
      messages: world.records(messages).list('conversation', conversationSid).size,
    };
  }

  isParticipant(conversationSid: string): boolean {
    return this.#world.records(participants).find('identity', keyOf(conversationSid, this.identity)) !== undefined;
  }

  flush(): void {
    this.clients.flush();
  }

  disconnect(): void {
    this.clients.remove(this.#connected);
    this.connection.onDisconnect();
  }

  #write<T>(change: (world: World) => T): MaybePromise<T> {
    return this.connection.write(() => {
      const value = change(this.#world);
      this.clients.session.settle();
      return value;
    });
  }

  get #world() {
    return this.clients.world;
  }

  #find(kind: SyncKind, key: string): SyncObject | undefined {
    this.clients.session.catchUp();
    // What is read must not be newer than what has been sent.
    this.flush();
    return this.clients.open(kind, key, this.#connected);
  }

  #devices(): BindingRecord[] {
    const own = this.#world.records(bindings).list('identity', keyOf(this.serviceSid, this.identity));
    return own.slice(0, own.size);
  }
}
