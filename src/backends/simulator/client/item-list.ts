import type { ItemPage, ItemQuery, SyncItem } from '../../../core/client-view.js';
import type { JsonObject } from '../../../core/body.js';
import { keyOf, type RecordBase } from '../kernel/collection.js';
import { reversed, type SortedView } from '../kernel/sorted-list.js';
import type { World } from '../kernel/world.js';
import { conversations } from '../conversations/conversation/record.js';
import { messages, type MessageRecord } from '../conversations/message/record.js';
import { participants } from '../conversations/participant/record.js';
import { findUser } from '../conversations/user/record.js';
import type { ObjectName } from './object-name.js';
import {
  conversationDocument,
  conversationItem,
  isoDate,
  messageItem,
  participantItem,
  userItems,
} from './projection.js';

/** An item as it is stored: its data are made when it is sent. */
interface Entry {
  readonly key: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
  data(): JsonObject;
}

/** The items of a list or map, in the order of their keys. */
interface ItemList {
  readonly entries: SortedView<Entry>;
  find(key: string): Entry | undefined;
  /** The key as the order compares it. */
  sortKey(key: string): number | string;
}

/** The data of a document; undefined if its conversation does not exist. */
export function readDocument(world: World, name: ObjectName): JsonObject | undefined {
  const record = world.records(conversations).get(name.ownerSid);
  return name.kind === 'channel' && record !== undefined ? conversationDocument(world, record) : undefined;
}

/** The data of one item; undefined if there is none. */
export const readItem = (world: World, name: ObjectName, key: string): JsonObject | undefined =>
  itemsOf(world, name).find(key)?.data();

/** All items by key, to compare two worlds. */
export function readAll(world: World, name: ObjectName): ReadonlyMap<string, string> {
  const { entries } = itemsOf(world, name);
  return new Map(entries.slice(0, entries.size).map((entry) => [entry.key, JSON.stringify(entry.data())]));
}

/** A page of items. `lastEventOf` returns the last event of an item. */
export function readPage(
  world: World,
  name: ObjectName,
  query: ItemQuery,
  lastEventOf: (key: string) => number,
): Omit<ItemPage, 'sid'> {
  const list = itemsOf(world, name);
  const show = (entry: Entry): SyncItem => ({
    key: entry.key,
    data: entry.data(),
    lastEventId: lastEventOf(entry.key),
    dateCreated: isoDate(entry.dateCreated),
    dateUpdated: isoDate(entry.dateUpdated),
  });
  const { only, from, after, before, order, size } = query;
  if (only !== undefined) {
    const found = list.find(only);
    return { items: found === undefined ? [] : [show(found)], hasPrevious: false, hasNext: false };
  }
  const entries = order === 'asc' ? list.entries : reversed(list.entries);
  const position = (key: string) => ({ sortKey: list.sortKey(key) });
  let start = 0;
  let end = Math.min(entries.size, size);
  if (before !== undefined) {
    end = entries.countBefore(position(before));
    start = Math.max(0, end - size);
  } else if (after !== undefined || from !== undefined) {
    start = after === undefined ? entries.countBefore(position(from ?? '')) : entries.countUpTo(position(after));
    end = Math.min(entries.size, start + size);
  }
  return {
    items: entries.slice(start, end - start).map(show),
    hasPrevious: start > 0,
    hasNext: end < entries.size,
  };
}

function itemsOf(world: World, { kind, ownerSid, identity = '' }: ObjectName): ItemList {
  const members = world.records(participants);
  if (kind === 'messages') {
    const own = world.records(messages).list('conversation', ownerSid);
    return {
      entries: entriesOf(own, (record) => entryOf(String(record.index), record, messageItem)),
      find(key) {
        const record = messageAt(own, Number(key));
        return record === undefined ? undefined : entryOf(key, record, messageItem);
      },
      sortKey: Number,
    };
  }
  if (kind === 'roster') {
    return {
      entries: entriesOf(members.list('conversation', ownerSid), (record) =>
        entryOf(record.sid, record, participantItem),
      ),
      find(key) {
        const record = members.get(key);
        return record?.conversationSid === ownerSid ? entryOf(key, record, participantItem) : undefined;
      },
      sortKey: String,
    };
  }
  if (kind === 'conversations') {
    return {
      entries: entriesOf(members.list('identity', keyOf(ownerSid, identity)), (record) =>
        entryOf(record.conversationSid, record, conversationItem),
      ),
      find(key) {
        const record = members.find('identity', keyOf(key, identity));
        return record?.serviceSid === ownerSid ? entryOf(key, record, conversationItem) : undefined;
      },
      sortKey: String,
    };
  }
  return userList(world, ownerSid, identity);
}

/** A user's map has three items. */
function userList(world: World, serviceSid: string, identity: string): ItemList {
  const user = findUser(world, serviceSid, identity);
  const items = user === undefined ? {} : userItems(world, user);
  const all = Object.entries(items).map(([key, data]) => ({
    key,
    dateCreated: user?.dateCreated ?? 0,
    dateUpdated: user?.dateUpdated ?? 0,
    data: () => data,
  }));
  return {
    entries: {
      size: all.length,
      countBefore: ({ sortKey }) => all.filter(({ key }) => key < String(sortKey)).length,
      countUpTo: ({ sortKey }) => all.filter(({ key }) => key <= String(sortKey)).length,
      slice: (start, count) => all.slice(start, start + count),
    },
    find: (key) => all.find((each) => each.key === key),
    sortKey: String,
  };
}

function entriesOf<R>(records: SortedView<R>, toEntry: (record: R) => Entry): SortedView<Entry> {
  return {
    size: records.size,
    countBefore: (position) => records.countBefore(position),
    countUpTo: (position) => records.countUpTo(position),
    slice: (start, count) => records.slice(start, count).map(toEntry),
  };
}

const entryOf = <R extends RecordBase>(key: string, record: R, project: (record: R) => JsonObject): Entry => ({
  key,
  dateCreated: record.dateCreated,
  dateUpdated: record.dateUpdated,
  data: () => project(record),
});

function messageAt(list: SortedView<MessageRecord>, index: number): MessageRecord | undefined {
  if (!Number.isSafeInteger(index) || index < 0) return undefined;
  const [found] = list.slice(list.countBefore({ sortKey: index }), 1);
  return found?.index === index ? found : undefined;
}
