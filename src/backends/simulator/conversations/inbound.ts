/** Messages from the other side: what a person wrote on a phone or in a chat, as if it had just come in. */
import { UnderstudyError } from '../../../core/errors.js';
import type { Call, Caller, Input } from '../../../core/operation.js';
import type { JsonObject } from '../../../core/body.js';
import type { Cause } from '../kernel/context.js';
import type { EventPhase, EventParameters, Source } from './event.js';
import type { ConversationRecord } from './records.js';
import { conversations, keyOf, participants } from './tables.js';
import type { Reply } from '../kernel/handler.js';
import { channelOf } from './participant/rules.js';
import type { Bind } from './seed/seed.js';
import type { Stage } from '../kernel/world-session.js';

export interface InboundMessage {
  /** An address (`+15551234567`, `whatsapp:+…`), or a chat user's identity. */
  readonly from: string;
  /** The number that was written to: a participant's proxy address. Needed with an address. */
  readonly to?: string | undefined;
  readonly body?: string | undefined;
  readonly mediaSid?: string | undefined;
  readonly attributes?: string | undefined;
  /** Needed with an identity: the conversation's SID or unique name. */
  readonly conversation?: string | undefined;
  /** The service that a unique name is meant in; absent: the only one there is with such a conversation. */
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
 * Lets a message come in, with all its events.
 * @throws UnderstudyError when it reaches no conversation; TwilioError when Twilio would refuse it
 */
export async function receive(stage: Stage, bind: Bind, message: InboundMessage): Promise<JsonObject> {
  const channel = channelOf(message.from);
  if (channel === undefined) return fromUser(stage, bind, message);
  const { from, to } = message;
  if (to === undefined) throw unreachable('`to` must say which of your numbers was written to');
  const source = sources[channel];
  const holder = stage.world.records(participants).find('addressPair', keyOf(from, to));
  const conversation =
    holder === undefined
      ? await beginConversation(stage, bind, { ...message, to }, source)
      : stage.world.records(conversations).get(holder.conversationSid);
  if (conversation === undefined) throw unreachable(`${from} and ${to} belong to no conversation`);
  return write(stage, bind, conversation, message, { source });
}

function fromUser(stage: Stage, bind: Bind, message: InboundMessage): Promise<JsonObject> {
  const { from, service, conversation: name } = message;
  if (name === undefined)
    throw unreachable(`"${from}" is no address, so \`conversation\` must say where the user writes`);
  const all = stage.world.records(conversations);
  const bySid = all.get(name);
  const found = bySid === undefined ? byName(stage, name, service) : [bySid];
  const [conversation] = found;
  if (conversation === undefined || found.length > 1) {
    throw unreachable(
      found.length > 1 ? `"${name}" is in several services: name \`service\`` : `there is no conversation "${name}"`,
    );
  }
  if (stage.world.records(participants).find('identity', keyOf(conversation.sid, from)) === undefined) {
    throw unreachable(`"${from}" is no participant of ${conversation.sid}`);
  }
  return write(stage, bind, conversation, message, { source: 'SDK', clientIdentity: from });
}

function byName(stage: Stage, name: string, service: string | undefined): ConversationRecord[] {
  const all = stage.world.records(conversations);
  const inService = stage.serviceSids().filter((sid) => service === undefined || sid === service);
  return inService.flatMap((sid) => all.find('uniqueName', keyOf(sid, name)) ?? []);
}

/** A number that nobody awaits opens a conversation only where autocreation is set to; else the message is lost (documentation). */
async function beginConversation(
  stage: Stage,
  bind: Bind,
  { from, to, body }: InboundMessage & { readonly to: string },
  source: Source | undefined,
): Promise<ConversationRecord | undefined> {
  const service = stage.world.autocreateIn;
  if (service === null) {
    throw unreachable(`${from} and ${to} belong to no open conversation, and autocreation is off (inbound.autocreate)`);
  }
  const cause: Cause = {
    source,
    inbound: (phase: EventPhase): EventParameters => ({
      'MessagingBinding.ProxyAddress': to,
      'MessagingBinding.Address': from,
      'MessagingBinding.AuthorAddress': from,
      MessageBody: phase === 'Add' ? body : undefined,
    }),
  };
  const made = await play(stage, bind, 'createserviceconversation', { ChatServiceSid: service, body: {} }, cause);
  const inside = { ChatServiceSid: service, ConversationSid: made['sid'] };
  const binding = { MessagingBinding: { Address: from, ProxyAddress: to } };
  await play(stage, bind, 'createserviceconversationparticipant', { ...inside, body: binding }, { source });
  const sid = made['sid'];
  return typeof sid === 'string' ? stage.world.records(conversations).get(sid) : undefined;
}

function write(
  stage: Stage,
  bind: Bind,
  conversation: ConversationRecord,
  { from, body, mediaSid, attributes }: InboundMessage,
  cause: Cause,
): Promise<JsonObject> {
  const form = { Author: from, Body: body, MediaSid: mediaSid, Attributes: attributes };
  const input = { ChatServiceSid: conversation.serviceSid, ConversationSid: conversation.sid, body: form };
  return play(stage, bind, 'createserviceconversationmessage', input, cause);
}

const caller: Caller = { surface: 'control', origin: 'http://localhost' };

async function play(stage: Stage, bind: Bind, operation: string, input: Input, cause: Cause): Promise<JsonObject> {
  const { call }: { call: Call } = bind(operation, input, caller);
  const reply: Reply = await stage.play(call, cause);
  return (reply.body?.value ?? {}) as JsonObject;
}

function unreachable(why: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `The message reaches nobody: ${why}.`);
}
