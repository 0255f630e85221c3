import type { SyncEvent, SyncItem } from '../../../core/client-view.js';
import type { World } from '../kernel/world.js';
import { readPage } from './item-list.js';
import { syncKindOf } from './object-name.js';
import { EventIds, type SyncObject } from './sync-object.js';

/** Messages that a client may have missed. The client requests older ones itself. */
const MAX_MESSAGES = 100;
const PAGE = 100;

/**
 * What a client may have missed before the object was opened, because the server has been started again since. All items of a
 * map are sent, which does no harm. Of messages, those with a later date: a client would take every message that it has not
 * read for a new one. What was removed is not known.
 */
export function missedBefore(world: World, object: SyncObject, lastEventId: number, date: string): SyncEvent[] {
  const since = EventIds.timeOf(lastEventId);
  const isList = syncKindOf(object.name) === 'list';
  const isLater = (time: string): boolean => Date.parse(time) >= since;
  const items = isList ? lastMessages(world, object) : allItems(world, object);
  return items
    .filter((item) => item.lastEventId === object.openedAt && (!isList || isLater(item.dateUpdated)))
    .map(({ key, data, dateCreated }) => object.catchUp({ key, data, isNew: isList && isLater(dateCreated) }, date));
}

function lastMessages(world: World, object: SyncObject): readonly SyncItem[] {
  const query = { order: 'desc', size: MAX_MESSAGES } as const;
  return readPage(world, object.name, query, (key) => object.lastEventOf(key)).items.toReversed();
}

function allItems(world: World, object: SyncObject): SyncItem[] {
  const items: SyncItem[] = [];
  for (;;) {
    const query = { order: 'asc', size: PAGE, after: items.at(-1)?.key } as const;
    const page = readPage(world, object.name, query, (key) => object.lastEventOf(key));
    items.push(...page.items);
    if (!page.hasNext) return items;
  }
}
