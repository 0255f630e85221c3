/**
 * Autocreation: a message that belongs to no conversation creates one if an address configuration of the number written to
 * says so. Fires onConversationAdd, whose rejection drops the message, then onConversationAdded, onParticipantAdded and
 * onMessageAdded, but neither onParticipantAdd nor onMessageAdd (documentation).
 */
import type { Json, JsonObject } from '../../../core/body.js';
import type { Input } from '../../../core/operation.js';
import type { WriteOrigin } from '../kernel/context.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { World } from '../kernel/world.js';
import { addresses, type AutoCreationPart } from './address/record.js';
import { stateEvent } from './conversation/events.js';
import { autocreateIn, conversations } from './conversation/record.js';
import { mediaOf, undeliverable, type Arrival, type Writer } from './inbound-write.js';
import { mediaParameter } from './message/events.js';
import { findAllMedia } from './media/record.js';
import { MAX_MEMBERS } from './participant/group.js';
import { scopedWebhooks } from './scoped-webhook/record.js';
import { dateParameter } from './service/event.js';
import { defaultServiceSid, services } from './service/record.js';

/** Creates the conversation of a message between unknown addresses, with its participants and the message. */
export async function autocreate(session: WorldSession, write: Writer, arrival: Arrival): Promise<JsonObject> {
  const { world } = session;
  const { from, to, members, body, source, channel } = arrival;
  const found = configurationFor(world, arrival);
  if (found === undefined) {
    const pair = [from, to, ...members].join(' and ');
    throw undeliverable(
      `${pair} belong to no open conversation, and autocreation is off for ${to} (enable an address configuration of it, ` +
        'or set inbound.autocreate for all addresses)',
    );
  }
  const service = serviceFor(world, found, to);
  const mediaSids = await mediaOf(arrival, service);
  const files = findAllMedia(world, service, mediaSids);
  if ((body ?? '') === '' && files.length === 0) throw undeliverable('it has neither a body nor media');
  if (members.length + 2 > MAX_MEMBERS) throw undeliverable(`a group has at most ${MAX_MEMBERS} numbers`);

  const isGroup = members.length > 0;
  const identity = channel === 'chat' ? from : undefined;
  // A message that Twilio refuses later must not have fired the events of what it would have created.
  const held: (() => void)[] = [];
  const origin: WriteOrigin = { source, clientIdentity: identity, holdDelivery: (deliver) => held.push(deliver) };
  const created = await write.create(
    'Conversations',
    { ChatServiceSid: service, body: {} },
    {
      ...origin,
      eventParameters: (phase) => ({
        ...(channel === 'chat' ? {} : bindingParameters(arrival)),
        // A group is complete at once here, but its first events show the state that it has until then (recorded).
        ...(isGroup ? { State: 'initializing' } : {}),
        // Unlike that of a REST call, this event has a date (recorded).
        ...(phase === 'Add' ? { DateCreated: dateParameter(world.now()) } : {}),
        MessageBody: phase === 'Add' ? body : undefined,
        Media: phase === 'Add' && files.length > 0 ? JSON.stringify(files.map(mediaParameter)) : undefined,
      }),
    },
  );
  const sid = created['sid'];
  const conversation = typeof sid === 'string' ? world.records(conversations).get(sid) : undefined;
  // The world was replaced while the webhook was called.
  if (conversation === undefined) throw undeliverable('the world was replaced meanwhile');

  const inside = { ChatServiceSid: service, ConversationSid: conversation.sid };
  // Only the conversation has a pre-action webhook (documentation).
  const approved: WriteOrigin = { ...origin, skipsPreHook: true };
  try {
    for (const participant of participantsOf(arrival)) {
      await write.create('Conversations/Participants', { ...inside, body: participant }, approved);
    }
    const hook = webhookOf(found);
    // Exists before the message, so that onMessageAdded reaches it (inferred).
    if (hook !== undefined) {
      const { sid: hookSid } = await write.create('Conversations/Webhooks', { ...inside, body: hook }, approved);
      setRetries(world, hookSid, found.studioRetryCount);
    }
    const message = await write.message(conversation, { ...arrival, mediaSids }, approved);
    for (const deliver of held) deliver();
    const current = world.records(conversations).get(conversation.sid);
    if (isGroup && current !== undefined) {
      world.emit(stateEvent(current, 'initializing', 'EVENT', world.now()));
      session.settle();
    }
    return message;
  } catch (error) {
    // A message that Twilio refuses leaves no conversation behind.
    const current = world.records(conversations).get(conversation.sid);
    if (current !== undefined) world.remove(conversations, current);
    throw error;
  }
}

/**
 * What the account has configured for the address written to. `inbound.autocreate` stands for a configuration of every
 * address that has none of its own.
 */
function configurationFor(world: World, { to, members, channel }: Arrival): AutoCreationPart | undefined {
  const all = world.records(addresses);
  for (const address of [to, ...members]) {
    // A WhatsApp address may be configured by its bare number (published description).
    const bare = address.replace(/^whatsapp:/, '');
    const own = [all.find('address', address), all.find('address', bare)].find((each) => each?.type === channel);
    if (own !== undefined) return own.autoCreation.enabled ? own.autoCreation : undefined;
  }
  const conversationServiceSid = world.get(autocreateIn);
  if (conversationServiceSid === null || channel === 'chat') return undefined;
  return { enabled: true, type: 'default', conversationServiceSid };
}

/** The configured service, else the default one. A configuration can name a service that was deleted later (recorded). */
function serviceFor(world: World, { conversationServiceSid }: AutoCreationPart, to: string): string {
  const sid = conversationServiceSid ?? world.get(defaultServiceSid);
  if (sid === null) throw undeliverable('the world has no default service for it (name one in the configuration)');
  if (world.records(services).get(sid) !== undefined) return sid;
  throw undeliverable(`the service ${sid}, which is configured for ${to}, does not exist any more`);
}

/** A pair, a chat user, or a group: the outside numbers, and the account's own as a projected address (recorded). */
function participantsOf({ from, to, members, channel }: Arrival): readonly Input[] {
  if (channel === 'chat') return [{ Identity: from }];
  if (members.length === 0) return [{ 'MessagingBinding.Address': from, 'MessagingBinding.ProxyAddress': to }];
  return [
    ...[from, ...members].map((address) => ({ 'MessagingBinding.Address': address })),
    { 'MessagingBinding.ProjectedAddress': to },
  ];
}

/** In a group, `Address` lists the receivers and there is no proxy address (recorded). */
function bindingParameters({ from, to, members }: Arrival): Readonly<Record<string, string>> {
  return members.length === 0
    ? { 'MessagingBinding.Address': from, 'MessagingBinding.ProxyAddress': to }
    : { 'MessagingBinding.Address': [to, ...members].join(','), 'MessagingBinding.AuthorAddress': from };
}

/** A flow is retried as often as its configuration says (documentation). No form of a webhook has a field for it. */
function setRetries(world: World, webhookSid: Json | undefined, retryCount = 0): void {
  if (retryCount === 0 || typeof webhookSid !== 'string') return;
  const webhook = world.records(scopedWebhooks).get(webhookSid);
  if (webhook === undefined) return;
  world.update(scopedWebhooks, webhook, { configuration: { ...webhook.configuration, retryCount } });
}

function webhookOf(configured: AutoCreationPart): Input | undefined {
  const { type, webhookUrl, webhookMethod, webhookFilters, studioFlowSid } = configured;
  if (type === 'default') return undefined;
  if (type === 'studio') return { Target: 'studio', 'Configuration.FlowSid': studioFlowSid };
  return {
    Target: 'webhook',
    'Configuration.Url': webhookUrl,
    'Configuration.Method': webhookMethod,
    'Configuration.Filters': webhookFilters,
  };
}
