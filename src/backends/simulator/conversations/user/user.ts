/**
 * A user: an identity known to a service. Adding a participant with a new identity makes one (documentation).
 * The online flags are null everywhere but in the fetch of one user of a service with reachability on (recorded).
 */
import { userParameters } from '../event.js';
import { jsonText, text } from '../../kernel/fields.js';
import { isSid } from '../../kernel/sid.js';
import type { ServiceRecord, UserRecord } from '../records.js';
import { bindings, keyOf, participants, services, users } from '../tables.js';
import { okValue, type Handlers } from '../../kernel/handler.js';
import { eventOf, type EventsOf } from '../../kernel/record-event.js';
import { resource } from '../../kernel/resource.js';
import { refuse } from '../../kernel/twilio-error.js';
import type { JsonObject } from '../../../../core/body.js';
import type { Context } from '../../kernel/context.js';
import type { World } from '../../kernel/world.js';
import { removeParticipant } from '../participant/rules.js';
import { findRole } from '../role/role.js';

export const identityField = text({ max: 256, tooLong: 50207 });

// No source gives a limit for a user's attributes; that of a conversation is inferred.
const attributes = jsonText(16 * 1024);
const friendlyName = text({ max: 256, tooLong: 50003 });
const roleSid = text({ max: 256, tooLong: 50100 });

const userEvents: EventsOf<UserRecord> = {
  noun: 'User',
  changeable: {},
  parameters: (phase, record, { world }) => userParameters(phase, record, reachabilityOf(world, record)),
};

const user = resource({
  table: users,
  owner: (ctx) => ctx.service,
  find: (ctx, serviceSid, key) => ctx.findUser(serviceSid, key),

  create: {
    form: { Identity: identityField, FriendlyName: friendlyName, Attributes: attributes, RoleSid: roleSid },
    fields(form, ctx) {
      const { service } = ctx;
      checkIdentity(form.Identity);
      if (ctx.world.records(users).find('identity', keyOf(service.sid, form.Identity)) !== undefined) {
        throw refuse(50201);
      }
      return {
        ...newUser(service, form.Identity),
        ...(form.FriendlyName === undefined ? {} : { friendlyName: form.FriendlyName }),
        ...(form.Attributes === undefined ? {} : { attributes: form.Attributes }),
        ...(form.RoleSid === undefined ? {} : { roleSid: checkRole(ctx, form.RoleSid) }),
      };
    },
  },

  update: {
    form: { FriendlyName: friendlyName, Attributes: attributes, RoleSid: roleSid },
    changes: (record, form, ctx) => ({
      friendlyName: form.FriendlyName ?? record.friendlyName,
      attributes: form.Attributes ?? record.attributes,
      roleSid: form.RoleSid === undefined ? record.roleSid : checkRole(ctx, form.RoleSid),
    }),
  },

  remove: {
    // The user's participants go with it, the messages stay. Inferred from the sibling product.
    after(record, ctx) {
      const held = ctx.world.records(participants).list('identity', keyOf(record.serviceSid, record.identity));
      for (const participant of held.slice(0, held.size)) removeParticipant(ctx, participant);
    },
  },

  events: userEvents,

  list: {
    key: 'users',
    defaultSize: 50,
    maximum: 50,
    url: (ctx, serviceSid) => ctx.url('listserviceuser', serviceSid),
  },

  render: (record, view) => ({
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
    url: view.url('fetchserviceuser', record.serviceSid, record.sid),
    links: { user_conversations: view.url('listserviceuserconversation', record.serviceSid, record.sid) },
  }),
});

export const userHandlers: Handlers = {
  createserviceuser: user.create,
  listserviceuser: user.list,
  updateserviceuser: user.update,
  deleteserviceuser: user.delete,

  fetchserviceuser(ctx) {
    const record = ctx.orNotFound(ctx.findUser(ctx.service.sid, ctx.path('Sid')));
    const { online, notifiable } = reachabilityOf(ctx.world, record);
    const shown = user.fetch(ctx).body?.value as JsonObject;
    return okValue({ ...shown, is_online: online, is_notifiable: notifiable });
  },
};

/** Refuses an identity that no user can have (none: recorded; like a SID, too long: dictionary). */
export function checkIdentity(identity: string | undefined): asserts identity is string {
  if (identity === undefined || identity === '') throw refuse(50204);
  if (isSid(identity, 'US')) throw refuse(50206);
}

/** The user of an identity, made when there is none yet: with the default role, no name, empty attributes. */
export function ensureUser(ctx: Context, identity: string): void {
  const { service, world } = ctx;
  if (world.records(users).find('identity', keyOf(service.sid, identity)) !== undefined) return;
  const made = world.create(users, newUser(service, identity));
  world.emit(eventOf(userEvents, 'Added', made, ctx));
}

/** Both null unless the service has reachability on and the user has ever been online or registered a device (documentation). */
function reachabilityOf(
  world: World,
  record: Pick<UserRecord, 'serviceSid' | 'identity' | 'online'>,
): { online: boolean | null; notifiable: boolean | null } {
  const isOn = world.records(services).get(record.serviceSid)?.configuration.reachabilityEnabled === true;
  if (!isOn) return { online: null, notifiable: null };
  const registered = world.records(bindings).list('identity', keyOf(record.serviceSid, record.identity)).size > 0;
  return { online: record.online, notifiable: record.online === null && !registered ? null : registered };
}

/** A user comes or goes, as a client SDK would tell. */
export function setOnline(world: World, record: UserRecord, online: boolean): void {
  const changed = world.update(users, record, { online, dateUpdated: world.now() });
  const parameters = userParameters('Updated', changed, reachabilityOf(world, changed));
  world.emit({
    type: 'onUserUpdated',
    serviceSid: record.serviceSid,
    parameters,
    source: 'SDK',
    clientIdentity: record.identity,
  });
}

function newUser(service: ServiceRecord, identity: string) {
  return {
    serviceSid: service.sid,
    identity,
    friendlyName: null,
    attributes: '{}',
    roleSid: service.configuration.defaultChatServiceRoleSid,
    online: null,
  };
}

function checkRole(ctx: Context, sid: string): string {
  if (findRole(ctx.world, ctx.service.sid, sid, 'service') === undefined) throw refuse(50100);
  return sid;
}
