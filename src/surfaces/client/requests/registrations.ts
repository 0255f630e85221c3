/** Devices that are registered for push notifications. REST shows them as bindings. */
import { isJsonObject } from '../../../core/body.js';
import { clientOperations } from '../operations.js';
import { mapMaybe } from '../../../core/maybe-promise.js';
import { answer, refusal, type Handler } from './request.js';

/** The SDKs call the events `twilio.conversations.new_message`, bindings `new_message`. */
const PREFIX = 'twilio.conversations.';

const MAX_ENDPOINT = 4096;
const MAX_TYPES = 20;

export const register: Handler = (request, session) =>
  session.local(request, clientOperations.register, () => {
    const { channel_type: type, data, message_types: types } = request.body;
    const endpoint = isJsonObject(data) ? data['registration_id'] : undefined;
    if ((type !== 'fcm' && type !== 'apn' && type !== 'gcm') || typeof endpoint !== 'string' || endpoint === '') {
      return refusal(
        400,
        20001,
        'Invalid registration: a channel type fcm, gcm or apn and a registration id are expected',
      );
    }
    if (endpoint.length > MAX_ENDPOINT) return refusal(400, 20001, 'Invalid registration: the id is too long');
    const all = Array.isArray(types) ? types.filter((each) => typeof each === 'string').slice(0, MAX_TYPES) : [];
    const messageTypes = all.flatMap((each) => (each.startsWith(PREFIX) ? each.slice(PREFIX.length) : []));
    return mapMaybe(session.view.register({ type, endpoint, messageTypes }), (id) =>
      id === undefined
        ? refusal(400, 20001, 'Invalid registration: the user has too many devices. Remove some first.')
        : answer({ id }, 201),
    );
  });

/** One registration by its id, or all of a device. */
export const unregister: Handler = (request, session, [id]) =>
  session.local(request, clientOperations.register, () => {
    const { binding_type: type, address: endpoint } = request.body;
    const { view } = session;
    const isDevice = typeof type === 'string' && typeof endpoint === 'string';
    const device = id !== undefined ? { sid: id } : isDevice ? { type, endpoint } : undefined;
    const removed = device === undefined ? undefined : view.unregister(device);
    return mapMaybe(removed, () => ({ status: 204, headers: {}, body: null }));
  });
