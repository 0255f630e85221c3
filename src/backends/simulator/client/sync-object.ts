import type { ClientReceiver, Notification, Replay, SyncEvent } from '../../../core/client-view.js';
import type { JsonObject } from '../../../core/body.js';
import { syncKindOf, type ObjectName } from './object-name.js';
import { MAX_RECIPIENTS, type Recipient } from './sent-log.js';

/** What happened to an item since the object was opened. */
interface ItemHistory {
  /** The id of the event that made the item; 0 if it existed before. */
  readonly made: number;
  /** The id of the last event. */
  readonly changed: number;
  readonly isRemoved: boolean;
}

/** Events that one replay has. The SDKs ask for more. */
const MAX_REPLAY = 500;

const IDS_PER_MS = 10;

const noRecipients: readonly Recipient[] = [];

/** Removed items that an object remembers for clients that were away. */
const MAX_REMOVED = 10_000;

/**
 * The ids of events. They grow for ever, also over restarts, so they are never taken from the clock of a world. An id is the
 * time of its event by the machine's clock, in tenths of milliseconds, or later.
 */
export class EventIds {
  #last = 0;

  next(): number {
    this.#last = Math.max(this.#last + 1, Date.now() * IDS_PER_MS);
    return this.#last;
  }

  /** The time before which an event happened, in milliseconds since 1970. */
  static timeOf(id: number): number {
    return id / IDS_PER_MS;
  }
}

const messageTypes = {
  document: 'com.twilio.rtd.cds.document',
  list: 'com.twilio.rtd.cds.list',
  map: 'com.twilio.rtd.cds.map',
} as const;

/** A connection, the user that it belongs to, and the objects that it follows. */
export interface Subscriber {
  readonly serviceSid: string;
  readonly identity: string;
  readonly receiver: ClientReceiver;
  readonly subscriptions: Set<SyncObject>;
}

/**
 * A Sync object that a client has opened: who subscribes to it, and what has changed since. The data stay in the records.
 * There is no log of events: the last event of each item is enough to bring a client up to date.
 */
export class SyncObject {
  readonly subscribers = new Set<Subscriber>();
  readonly #items = new Map<string, ItemHistory>();
  #removed = 0;
  #lastEventId: number;

  constructor(
    readonly name: ObjectName,
    readonly sid: string,
    /** The last event before the object was opened. */
    readonly openedAt: number,
  ) {
    this.#lastEventId = openedAt;
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  lastEventOf(key: string): number {
    return this.#items.get(key)?.changed ?? this.openedAt;
  }

  subscribe(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
    subscriber.subscriptions.add(this);
  }

  unsubscribe(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    subscriber.subscriptions.delete(this);
  }

  /** Nobody follows an object that is gone. */
  unsubscribeAll(): void {
    for (const { subscriptions } of this.subscribers) subscriptions.delete(this);
    this.subscribers.clear();
  }

  /** Records a change of an item and returns its event. */
  change(id: number, item: ItemChange, date: string): SyncEvent {
    const { key, data, isNew = false } = item;
    const before = this.#items.get(key);
    if (before?.isRemoved === true) this.#removed -= 1;
    const isRemoved = data === undefined;
    // Moves the item to the end, so that the map is in order of events.
    this.#items.delete(key);
    this.#items.set(key, { made: isNew ? id : (before?.made ?? 0), changed: id, isRemoved });
    if (isRemoved) this.#countRemoved();
    this.#lastEventId = id;
    return this.#itemEvent(id, item, isRemoved ? 'removed' : isNew ? 'added' : 'updated', date);
  }

  /** Records a change of a document's data. */
  changeDocument(id: number, data: JsonObject, date: string): SyncEvent {
    this.#lastEventId = id;
    return this.#documentEvent(data, date);
  }

  removal(id: number, date: string): SyncEvent {
    const kind = syncKindOf(this.name);
    return { type: `${kind}_removed`, event: { id, date_created: date, [`${kind}_sid`]: this.sid } };
  }

  /** The events since one that a client has seen. `read` returns what an item or the document contains now. */
  since(eventId: number, read: (key: string) => JsonObject | undefined, date: string): Replay {
    const { lastEventId } = this;
    if (syncKindOf(this.name) === 'document') {
      const data = eventId < lastEventId ? read('') : undefined;
      return { events: data === undefined ? [] : [this.#documentEvent(data, date)], lastEventId, isComplete: true };
    }
    const events: SyncEvent[] = [];
    for (const [key, { made, changed, isRemoved }] of this.#items) {
      if (changed <= eventId) continue;
      if (events.length === MAX_REPLAY) {
        return { events, lastEventId: events.at(-1)?.event.id ?? eventId, isComplete: false };
      }
      const data = isRemoved ? undefined : read(key);
      const type = data === undefined ? 'removed' : made > eventId ? 'added' : 'updated';
      events.push(this.#itemEvent(changed, { key, data }, type, date));
    }
    return { events, lastEventId, isComplete: true };
  }

  /** An item that exists since before the object was opened, for a client that may not know its present state. */
  catchUp(item: ItemChange, date: string): SyncEvent {
    return this.#itemEvent(this.lastEventOf(item.key), item, item.isNew === true ? 'added' : 'updated', date);
  }

  /** Sends an event to those who follow the object. Returns some of them. */
  publish(event: SyncEvent): readonly Recipient[] {
    if (this.subscribers.size === 0) return noRecipients;
    const notification: Notification = {
      type: messageTypes[syncKindOf(this.name)],
      payload: { event_type: event.type, event: event.event },
    };
    const recipients: Recipient[] = [];
    for (const { receiver, serviceSid, identity } of this.subscribers) {
      const wasSent = receiver.notify(notification);
      if (recipients.length < MAX_RECIPIENTS) recipients.push({ serviceSid, identity, wasSent });
    }
    return recipients;
  }

  #documentEvent(data: JsonObject, date: string): SyncEvent {
    const id = this.#lastEventId;
    return {
      type: 'document_updated',
      event: {
        id,
        date_created: date,
        document_sid: this.sid,
        document_revision: id.toString(16),
        document_data: data,
      },
    };
  }

  #itemEvent(id: number, { key, data }: ItemChange, type: string, date: string): SyncEvent {
    const isList = syncKindOf(this.name) === 'list';
    const noun = isList ? 'list' : 'map';
    const event = {
      id,
      date_created: date,
      [`${noun}_sid`]: this.sid,
      ...(isList ? { item_index: Number(key) } : { item_key: key }),
      ...(type === 'removed'
        ? {}
        : {
            item_url: `https://cds.us1.twilio.com/v3/${isList ? 'Lists' : 'Maps'}/${this.sid}/Items/${encodeURIComponent(key)}`,
            item_revision: id.toString(16),
            [`${noun}_revision`]: id.toString(16),
          }),
      item_data: data ?? {},
    };
    return { type: `${noun}_item_${type}`, event };
  }

  /** Forgets the oldest removals, so that they cannot grow without limit. */
  #countRemoved(): void {
    this.#removed += 1;
    if (this.#removed <= MAX_REMOVED) return;
    for (const [key, { isRemoved }] of this.#items) {
      if (!isRemoved) continue;
      this.#items.delete(key);
      this.#removed -= 1;
      return;
    }
  }
}

export interface ItemChange {
  /** The key in a map, or the index in a list as text. */
  readonly key: string;
  /** Undefined: the item is gone. */
  readonly data: JsonObject | undefined;
  readonly isNew?: boolean;
}
