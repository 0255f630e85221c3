/** Inbound messages: what a person writes on a phone, or a user in a chat. */
import { UnderstudyError } from '../../../core/errors.js';
import type { Caller, Input, Verb } from '../../../core/operation.js';
import type { JsonObject } from '../../../core/body.js';
import { keyOf } from '../kernel/collection.js';
import type { WriteOrigin } from '../kernel/context.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { BindVerb } from './bind.js';
import { autocreateIn, conversations, type ConversationRecord } from './conversation/record.js';
import { channelOf } from './participant/address.js';
import { participants } from './participant/record.js';
import type { Source } from './service/event.js';
import { serviceSids } from './service/record.js';

export interface InboundMessage {
  /** An address (`+15551234567`, `whatsapp:+…`), or a chat user's identity. */
  readonly from: string;
  /** The number written to: a participant's proxy address. Required with an address. */
  readonly to?: string | undefined;
  readonly body?: string | undefined;
  readonly mediaSid?: string | undefined;
  readonly attributes?: string | undefined;
  /** SID or unique name of the conversation. Required with an identity. */
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

/**
 * Receives a message, with all its events.
 * @throws UnderstudyError when no conversation takes it; TwilioError when Twilio would refuse it
 */
export async function receive(session: WorldSession, bind: BindVerb, message: InboundMessage): Promise<JsonObject> {
  const channel = channelOf(message.from);
  if (channel === undefined) return receiveFromUser(session, bind, message);
  const { from, to } = message;
  if (to === undefined) throw undeliverable('`to` must be the number that was written to');
  const source = sources[channel];
  const { world } = session;
  const holder = world.records(participants).find('addressPair', keyOf(from, to));
  const conversation =
    holder === undefined
      ? await autocreate(session, bind, { ...message, to }, source)
      : world.records(conversations).get(holder.conversationSid);
  if (conversation === undefined) throw undeliverable(`${from} and ${to} belong to no conversation`);
  return addMessage(session, bind, conversation, message, { source });
}

function receiveFromUser(session: WorldSession, bind: BindVerb, message: InboundMessage): Promise<JsonObject> {
  const { from, service, conversation: key } = message;
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
  return addMessage(session, bind, conversation, message, { source: 'SDK', clientIdentity: from });
}

function findByName({ world }: WorldSession, name: string, service: string | undefined): ConversationRecord[] {
  const all = world.records(conversations);
  return serviceSids(world)
    .filter((sid) => service === undefined || sid === service)
    .flatMap((sid) => all.find('uniqueName', keyOf(sid, name)) ?? []);
}

/** A message between unknown numbers creates a conversation only if autocreation is on. Else it is lost (documentation). */
async function autocreate(
  session: WorldSession,
  bind: BindVerb,
  { from, to, body }: InboundMessage & { readonly to: string },
  source: Source | undefined,
): Promise<ConversationRecord | undefined> {
  const service = session.world.get(autocreateIn);
  if (service === null) {
    throw undeliverable(
      `${from} and ${to} belong to no open conversation, and autocreation is off (turn it on with inbound.autocreate)`,
    );
  }
  const origin: WriteOrigin = {
    source,
    eventParameters: (phase) => ({
      'MessagingBinding.ProxyAddress': to,
      'MessagingBinding.Address': from,
      'MessagingBinding.AuthorAddress': from,
      MessageBody: phase === 'Add' ? body : undefined,
    }),
  };
  const inService = { ChatServiceSid: service };
  const created = await write(session, bind, 'create', 'Conversations', { ...inService, body: {} }, origin);
  const sid = created['sid'];
  const input = {
    ...inService,
    ConversationSid: sid,
    body: { MessagingBinding: { Address: from, ProxyAddress: to } },
  };
  await write(session, bind, 'create', 'Conversations/Participants', input, { source });
  return typeof sid === 'string' ? session.world.records(conversations).get(sid) : undefined;
}

function addMessage(
  session: WorldSession,
  bind: BindVerb,
  conversation: ConversationRecord,
  { from, body, mediaSid, attributes }: InboundMessage,
  origin: WriteOrigin,
): Promise<JsonObject> {
  const form = { Author: from, Body: body, MediaSid: mediaSid, Attributes: attributes };
  const input = { ChatServiceSid: conversation.serviceSid, ConversationSid: conversation.sid, body: form };
  return write(session, bind, 'create', 'Conversations/Messages', input, origin);
}

const caller: Caller = { surface: 'control', origin: 'http://localhost' };

async function write(
  session: WorldSession,
  bind: BindVerb,
  verb: Verb,
  noun: string,
  input: Input,
  origin: WriteOrigin,
): Promise<JsonObject> {
  const reply = await session.answer(bind(verb, noun, input, caller).call, origin);
  return (reply.body?.value ?? {}) as JsonObject;
}

function undeliverable(why: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `No conversation takes the message: ${why}.`);
}
