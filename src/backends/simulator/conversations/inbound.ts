/** Inbound messages: what a person writes on a phone, or a user in a chat. */
import type { JsonObject } from '../../../core/body.js';
import { keyOf } from '../kernel/collection.js';
import type { WorldSession } from '../kernel/world-session.js';
import { autocreate } from './autocreation.js';
import type { BindVerb } from './bind.js';
import { conversations, type ConversationRecord } from './conversation/record.js';
import { createWriter, undeliverable, type Arrival, type Writer } from './inbound-write.js';
import { channelOf } from './participant/address.js';
import { groupKey } from './participant/group.js';
import { participants } from './participant/record.js';
import { recordConsent } from './receipt/opt-out.js';
import type { Source } from './service/event.js';
import { serviceSids } from './service/record.js';

export interface InboundMessage {
  /** An address (`+15551234567`, `whatsapp:+…`), or a chat user's identity. */
  readonly from: string;
  /** The account's number that was written to: a participant's proxy address. Required with an address. */
  readonly to?: string | undefined;
  /** The other receivers of a group MMS. */
  readonly members?: readonly string[] | undefined;
  readonly body?: string | undefined;
  readonly mediaSids?: readonly string[] | undefined;
  /** Stores the files that come with the message in the service that takes it, and returns their SIDs. */
  readonly storeMedia?: ((serviceSid: string) => Promise<readonly string[]>) | undefined;
  readonly attributes?: string | undefined;
  /** SID or unique name of the conversation. Required with an identity, unless `to` is a chat address. */
  readonly conversation?: string | undefined;
  /** SID of the service that has the unique name. Required if several services have it. */
  readonly service?: string | undefined;
}

const sources: Readonly<Record<string, Source>> = {
  sms: 'SMS',
  whatsapp: 'WHATSAPP',
  messenger: 'MESSENGER',
  rcs: 'RCS',
  email: 'EMAIL',
  gbm: 'GBM',
  apple: 'APPLE',
};

/** Conversations that are being created, by the addresses that they are for. */
const creations = new WeakMap<WorldSession, Map<string, Promise<JsonObject>>>();

/**
 * Receives a message, with all its events.
 * @throws UnderstudyError when no conversation takes it; TwilioError when Twilio would refuse it
 */
export async function receive(session: WorldSession, bind: BindVerb, message: InboundMessage): Promise<JsonObject> {
  const write = createWriter(session, bind);
  const channel = channelOf(message.from);
  if (channel === undefined) return receiveFromUser(session, write, message);
  const { from, to, members = [], body } = message;
  if (to === undefined) throw undeliverable('`to` must be the number that was written to');
  const unlike = [to, ...members].find((address) => channelOf(address) !== channel);
  if (unlike !== undefined) throw undeliverable(`"${unlike}" is not an address of the channel of ${from} (${channel})`);
  if (members.length > 0 && channel !== 'sms') throw undeliverable('only SMS numbers can be in a group');
  const { world } = session;
  // The carrier network notes STOP and START, whether or not a conversation takes the message.
  if (channel === 'sms') recordConsent(world, from, to, body);
  const arrival: Arrival = { ...message, to, members, channel, source: sources[channel] };
  const key = keyOf(...[from, to, ...members].sort());
  // One conversation per pair, even if a webhook delays its creation (inferred).
  const running = creations.get(session) ?? new Map<string, Promise<JsonObject>>();
  creations.set(session, running);
  for (let first = running.get(key); first !== undefined; first = running.get(key)) {
    await first.catch(() => undefined);
  }
  const conversation = conversationFor(session, arrival);
  if (conversation !== undefined) return write.message(conversation, message, { source: arrival.source });
  const creation = autocreate(session, write, arrival);
  running.set(key, creation);
  try {
    return await creation;
  } finally {
    running.delete(key);
  }
}

/** The open conversation of a pair of addresses, or of a group with exactly these members (documentation). */
function conversationFor({ world }: WorldSession, { from, to, members }: Arrival): ConversationRecord | undefined {
  const all = world.records(conversations);
  if (members.length > 0) return all.find('groupMembers', groupKey([from, to, ...members]));
  const holder = world.records(participants).find('addressPair', keyOf(from, to));
  // A group MMS of two numbers has no pair.
  if (holder === undefined) return all.find('groupMembers', groupKey([from, to]));
  return all.get(holder.conversationSid);
}

async function receiveFromUser(session: WorldSession, write: Writer, message: InboundMessage): Promise<JsonObject> {
  const { from, to, service, conversation: key } = message;
  if (key === undefined && to !== undefined) {
    return autocreate(session, write, { ...message, to, members: [], channel: 'chat', source: 'SDK' });
  }
  if (key === undefined) throw undeliverable(`"${from}" is not an address, so \`conversation\` is required`);
  const { world } = session;
  const bySid = world.records(conversations).get(key);
  const found = bySid === undefined ? findByName(session, key, service) : [bySid];
  const [conversation] = found;
  if (conversation === undefined || found.length > 1) {
    throw undeliverable(
      found.length > 1 ? `"${key}" is in several services: set \`service\`` : `there is no conversation "${key}"`,
    );
  }
  if (world.records(participants).find('identity', keyOf(conversation.sid, from)) === undefined) {
    throw undeliverable(`"${from}" is not a participant of ${conversation.sid}`);
  }
  return write.message(conversation, message, { source: 'SDK', clientIdentity: from });
}

function findByName({ world }: WorldSession, name: string, service: string | undefined): ConversationRecord[] {
  const all = world.records(conversations);
  return serviceSids(world)
    .filter((sid) => service === undefined || sid === service)
    .flatMap((sid) => all.find('uniqueName', keyOf(sid, name)) ?? []);
}
