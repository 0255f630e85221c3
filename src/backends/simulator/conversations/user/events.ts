import { keyOf } from '../../kernel/collection.js';
import type { EventParameters, EventPhase, NewRecord } from '../../kernel/event.js';
import type { World } from '../../kernel/world.js';
import { bindings } from '../binding/binding.js';
import { dateParameter, defineEvents, textParameter, type Source } from '../service/event.js';
import { services } from '../service/record.js';
import { users, type UserRecord } from './record.js';

export const userEvents = defineEvents<UserRecord>({
  name: 'User',
  changeable: {},
  parameters: (phase, record, { world }) => userParameters(phase, record, world),
});

function userParameters(phase: EventPhase, record: NewRecord<UserRecord>, world: World): EventParameters {
  const isUpdated = phase === 'Updated';
  const { online, notifiable } = reachabilityOf(world, record);
  return {
    ChatServiceSid: record.serviceSid,
    UserSid: record.sid,
    Identity: record.identity,
    RoleSid: record.roleSid,
    Attributes: record.attributes,
    FriendlyName: textParameter(record.friendlyName),
    DateCreated: phase === 'Update' ? undefined : dateParameter(record.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : dateParameter(record.dateUpdated),
    isOnline: isUpdated && online !== null ? String(online) : undefined,
    isNotifiable: isUpdated && notifiable !== null ? String(notifiable) : undefined,
  };
}

/** Both are null unless the service has reachability on and the user has been online or registered a device (documentation). */
export function reachabilityOf(
  world: World,
  record: Pick<UserRecord, 'serviceSid' | 'identity' | 'online'>,
): { readonly online: boolean | null; readonly notifiable: boolean | null } {
  const isOn = world.records(services).get(record.serviceSid)?.configuration.reachabilityEnabled === true;
  if (!isOn) return { online: null, notifiable: null };
  const isRegistered = world.records(bindings).list('identity', keyOf(record.serviceSid, record.identity)).size > 0;
  return { online: record.online, notifiable: record.online === null && !isRegistered ? null : isRegistered };
}

/** Sets a user online or offline, as a client SDK does by connecting. */
export function setOnline(world: World, record: UserRecord, online: boolean): void {
  const changed = world.update(users, record, { online, dateUpdated: world.now() });
  world.emit({
    type: userEvents.typeOf('Updated'),
    parameters: userParameters('Updated', changed, world),
    source: 'SDK' satisfies Source,
    clientIdentity: record.identity,
  });
}
