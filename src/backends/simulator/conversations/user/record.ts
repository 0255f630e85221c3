import { defineTable, keyOf, type RecordBase } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import { isFlag, isJsonText, isText, orNull } from '../../kernel/record-fields.js';
import type { World } from '../../kernel/world.js';
import { byService, inService, serviceOf } from '../service/record.js';

export interface UserRecord extends RecordBase {
  readonly serviceSid: string;
  readonly identity: string;
  readonly friendlyName: string | null;
  readonly attributes: string;
  readonly roleSid: string;
  /** `null` if the user has never been online. */
  readonly online: boolean | null;
}

export const users = defineTable<UserRecord>()({
  name: 'users',
  prefix: 'US',
  parent: inService,
  fields: {
    serviceSid: isText,
    identity: isText,
    friendlyName: orNull(isText),
    attributes: isJsonText,
    roleSid: isText,
    online: orNull(isFlag),
  },
  unique: { identity: (r) => keyOf(r.serviceSid, r.identity) },
  orders: { service: byService },
});

/** By SID or by identity. */
export function findUser(world: World, serviceSid: string, key: string): UserRecord | undefined {
  const all = world.records(users);
  const bySid = all.get(key);
  return bySid?.serviceSid === serviceSid ? bySid : all.find('identity', keyOf(serviceSid, key));
}

/** The user that the path is within. */
export function userOf(ctx: Context): UserRecord {
  return ctx.orNotFound(findUser(ctx.world, serviceOf(ctx).sid, ctx.path('UserSid')));
}
