/** What adding, changing and removing a participant means for others, and what an address may look like. */
import type { Context } from '../../kernel/context.js';
import { participantParameters } from '../event.js';
import type { ConversationRecord, MessagingBindingPart, ParticipantRecord } from '../records.js';
import { conversations, keyOf, participants } from '../tables.js';
import { eventOf, type EventsOf } from '../../kernel/record-event.js';
import { refuse } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';

/** E.164, as the recorded refusals demand; the forms of other channels' addresses are inferred. */
const NUMBER = /^\+[1-9]\d{6,14}$/;
const PREFIXED = /^(whatsapp|rcs|messenger|gbm|apple):(.+)$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST_ADDRESS = 256;

/** The channel that an address belongs to, by its form; `undefined` when it is no address. */
export function channelOf(address: string): string | undefined {
  if (address.length > LONGEST_ADDRESS) return undefined;
  if (NUMBER.test(address)) return 'sms';
  const [, prefix, rest = ''] = PREFIXED.exec(address) ?? [];
  if (prefix === 'whatsapp') return NUMBER.test(rest) ? prefix : undefined;
  if (prefix !== undefined) return prefix;
  return EMAIL.test(address) ? 'email' : undefined;
}

/** A pair of numbers leads to one conversation, so one open conversation of the account may hold it (recorded). */
export function checkPairIsFree(world: World, binding: MessagingBindingPart, ownSid?: string): void {
  if (binding.address === undefined || binding.proxyAddress === undefined) return;
  const holder = world.records(participants).find('addressPair', keyOf(binding.address, binding.proxyAddress));
  if (holder === undefined || holder.sid === ownSid) return;
  throw refuse(
    50416,
    `A binding for this participant and proxy address already exists in Conversation ${holder.conversationSid}`,
  );
}

const MOST_GROUP_MEMBERS = 10;

/** The numbers of a group MMS, as a key: projected ones of its chat members and plain ones of its phones. */
function groupOf(members: Iterable<ParticipantRecord>, joining: MessagingBindingPart | null): string[] | undefined {
  const bindings = [...members].map((member) => member.binding).concat(joining);
  if (!bindings.some((binding) => binding?.projectedAddress !== undefined)) return undefined;
  return bindings
    .filter((binding) => binding !== null && binding.proxyAddress === undefined)
    .flatMap((binding) => binding?.projectedAddress ?? binding?.address ?? [])
    .sort();
}

/** A group MMS has ten members at most (documentation), and no two open groups of an account have the same ones (recorded). */
export function checkGroup(
  world: World,
  conversation: ConversationRecord,
  joining: MessagingBindingPart,
  ownSid?: string,
): void {
  const others = [...world.records(participants).list('bound', conversation.sid)].filter(({ sid }) => sid !== ownSid);
  const group = groupOf(others, joining);
  if (group === undefined) return;
  // One number twice in a group: the dictionary has the code, the occasion is inferred.
  if (new Set(group).size < group.length) throw refuse(50437);
  if (group.length > MOST_GROUP_MEMBERS) throw refuse(50436);
  const twin = group.length < 2 ? undefined : world.records(conversations).find('groupMembers', JSON.stringify(group));
  if (twin === undefined || twin.sid === conversation.sid) return;
  throw refuse(50438, `Group MMS with given participant list already exists as Conversation ${twin.sid}`);
}

/** Keeps a conversation's list of group members in step with its participants. */
export function noteGroup(world: World, conversationSid: string): void {
  const conversation = world.records(conversations).get(conversationSid);
  if (conversation === undefined) return;
  const group = groupOf(world.records(participants).list('bound', conversationSid), null);
  const groupMembers =
    group === undefined || group.length < 2 || conversation.state === 'closed' ? null : JSON.stringify(group);
  if (groupMembers !== conversation.groupMembers) world.update(conversations, conversation, { groupMembers });
}

export function isGroup(world: World, conversationSid: string): boolean {
  return groupOf(world.records(participants).list('bound', conversationSid), null) !== undefined;
}

export const participantEvents: EventsOf<ParticipantRecord> = {
  noun: 'Participant',
  changeable: {},
  parameters: (phase, record, { world }) => participantParameters(phase, record, world.now()),
};

/** The participant leaves; its messages stay, its user stays, its address pair is free (documentation). */
export function removeParticipant(ctx: Context, participant: ParticipantRecord): void {
  ctx.world.remove(participants, participant);
  noteGroup(ctx.world, participant.conversationSid);
  ctx.world.emit(eventOf(participantEvents, 'Removed', participant, ctx));
}
