/**
 * A user: an identity known to a service. Adding a participant with a new identity creates one (documentation). The online
 * flags are null everywhere except in a fetch from a service with reachability on (recorded).
 */
import type { JsonObject } from '../../../../core/body.js';
import { keyOf } from '../../kernel/collection.js';
import type { EventOrigin, View } from '../../kernel/context.js';
import { text } from '../../kernel/fields.js';
import { defineResource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import type { World } from '../../kernel/world.js';
import { attributes } from '../attributes.js';
import { removeParticipant } from '../participant/events.js';
import { participants } from '../participant/record.js';
import { refusal, refuse } from '../refusals.js';
import { findRole } from '../role/role.js';
import { serviceOf, services } from '../service/record.js';
import { userFields } from './descriptions.js';
import { reachabilityOf, userEvents } from './events.js';
import { findUser, users, type UserRecord } from './record.js';

export const identityField = text({ max: 256, tooLong: refusal(50207) });

const form = {
  FriendlyName: text({ max: 256, tooLong: refusal(50003) }),
  // No source has a limit for a user's attributes. That of conversations is inferred.
  Attributes: attributes(16 * 1024),
  RoleSid: text({ max: 256, tooLong: refusal(50100) }),
};

export const user = defineResource({
  noun: 'Users',
  scopes: ['account', 'service'],
  descriptions: userFields,
  table: users,
  owner: serviceOf,
  find: (key, service, ctx) => findUser(ctx.world, service.sid, key),

  create: {
    form: { Identity: identityField, ...form },
    fields(sent, service, { world }) {
      checkIdentity(sent.Identity);
      if (world.records(users).find('identity', keyOf(service.sid, sent.Identity)) !== undefined) {
        throw refuse(50201);
      }
      return {
        ...newUser(world, service.sid, sent.Identity),
        ...(sent.FriendlyName === undefined ? {} : { friendlyName: sent.FriendlyName }),
        ...(sent.Attributes === undefined ? {} : { attributes: sent.Attributes }),
        ...(sent.RoleSid === undefined ? {} : { roleSid: checkRole(world, service.sid, sent.RoleSid) }),
      };
    },
  },

  update: {
    form,
    changes: (record, sent, service, { world }) => ({
      friendlyName: sent.FriendlyName ?? record.friendlyName,
      attributes: sent.Attributes ?? record.attributes,
      roleSid: sent.RoleSid === undefined ? record.roleSid : checkRole(world, service.sid, sent.RoleSid),
    }),
  },

  delete: {
    // The user's participants are removed, the messages stay. Inferred from a sibling product.
    after(record, ctx) {
      const own = ctx.world.records(participants).list('identity', keyOf(record.serviceSid, record.identity));
      for (const participant of own.slice(0, own.size)) removeParticipant(ctx, participant);
    },
  },

  events: userEvents,

  list: { key: 'users', defaultSize: 50, maximum: 50 },

  render,
  renderFetched(record, view) {
    const { online, notifiable } = reachabilityOf(view.world, record);
    return { ...render(record, view), is_online: online, is_notifiable: notifiable };
  },
});

function render(record: UserRecord, view: View): JsonObject {
  return {
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    role_sid: record.roleSid,
    identity: record.identity,
    friendly_name: record.friendlyName,
    attributes: record.attributes,
    is_online: null,
    is_notifiable: null,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.link('fetch', 'Users', record),
    links: { user_conversations: view.link('list', 'Users/Conversations', record) },
  };
}

/** Refuses an identity that no user can have (missing: recorded; like a SID, too long: dictionary). */
export function checkIdentity(identity: string | undefined): asserts identity is string {
  if (identity === undefined || identity === '') throw refuse(50204);
  if (isSid(identity, 'US')) throw refuse(50206);
}

/** Creates the user of an identity, unless it exists: with the default role, no name and empty attributes. */
export function ensureUser(origin: EventOrigin, serviceSid: string, identity: string): void {
  const { world } = origin;
  if (world.records(users).find('identity', keyOf(serviceSid, identity)) !== undefined) return;
  const created = world.create(users, newUser(world, serviceSid, identity));
  world.emit(userEvents.eventOf('Added', created, origin));
}

function newUser(world: World, serviceSid: string, identity: string) {
  return {
    serviceSid,
    identity,
    friendlyName: null,
    attributes: '{}',
    roleSid: world.records(services).get(serviceSid)?.configuration.defaultChatServiceRoleSid ?? '',
    online: null,
  };
}

function checkRole(world: World, serviceSid: string, sid: string): string {
  if (findRole(world, serviceSid, sid, 'service') === undefined) throw refuse(50100);
  return sid;
}
