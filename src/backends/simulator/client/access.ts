import { conversations } from '../conversations/conversation/record.js';
import { participants } from '../conversations/participant/record.js';
import { maySee } from '../conversations/role/permissions.js';
import { findUser } from '../conversations/user/record.js';
import { keyOf } from '../kernel/collection.js';
import type { World } from '../kernel/world.js';
import type { Subscriber } from './sync-object.js';
import { conversationName, parseName, userName, type ObjectName } from './object-name.js';

/** A connection and the user that it belongs to. */
export type Connected = Subscriber;

/** Whether a user may read an object: its own ones, users of its service, and conversations that it participates in. */
export function mayRead(world: World, { kind, ownerSid, identity }: ObjectName, viewer: Connected): boolean {
  if (kind === 'conversations') return ownerSid === viewer.serviceSid && identity === viewer.identity;
  if (kind === 'info') {
    return ownerSid === viewer.serviceSid && findUser(world, ownerSid, identity ?? '') !== undefined;
  }
  const conversation = world.records(conversations).get(ownerSid);
  if (conversation?.serviceSid !== viewer.serviceSid) return false;
  if (kind === 'channel') return maySee(world, conversation, viewer.identity);
  return world.records(participants).find('identity', keyOf(ownerSid, viewer.identity)) !== undefined;
}

/** The objects that a user may have opened. */
export function namesOf(world: World, { serviceSid, identity }: Connected): ObjectName[] {
  const own = world.records(participants).list('identity', keyOf(serviceSid, identity));
  const kinds = ['channel', 'messages', 'roster'] as const;
  const names = own
    .slice(0, own.size)
    .flatMap(({ conversationSid }) => kinds.map((kind) => conversationName(conversationSid, kind)));
  const users = (['conversations', 'info'] as const).map((kind) => userName(serviceSid, identity, kind));
  return [...users, ...names].flatMap((name) => parseName(name) ?? []);
}
