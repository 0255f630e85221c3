/** Group MMS: a conversation in which at least one chat user has a projected address. */
import type { World } from '../../kernel/world.js';
import { conversations, type ConversationRecord } from '../conversation/record.js';
import { refuse } from '../refusals.js';
import { participants, type MessagingBindingPart, type ParticipantRecord } from './record.js';

/** With the account's own number (documentation). */
export const MAX_MEMBERS = 10;

/** What identifies a group: the sorted set of its numbers (recorded). */
export const groupKey = (numbers: readonly string[]): string => JSON.stringify([...numbers].sort());

/** The numbers of a group MMS: projected ones of its chat users and those of its phones. `undefined` if it is none. */
function membersOf(participating: Iterable<ParticipantRecord>, joining: MessagingBindingPart | null) {
  const bindings = [...participating].map(({ binding }) => binding).concat(joining);
  if (!bindings.some((binding) => binding?.projectedAddress !== undefined)) return undefined;
  return bindings
    .filter((binding) => binding !== null && binding.proxyAddress === undefined)
    .flatMap((binding) => binding?.projectedAddress ?? binding?.address ?? []);
}

/** A group MMS has at most ten members (documentation). No two open groups of an account have the same members (recorded). */
export function checkGroup(
  world: World,
  conversation: ConversationRecord,
  joining: MessagingBindingPart,
  ownSid?: string,
): void {
  const others = [...world.records(participants).list('bound', conversation.sid)].filter(({ sid }) => sid !== ownSid);
  const members = membersOf(others, joining);
  if (members === undefined) return;
  // The same number twice. The code is from the dictionary; that it applies here is inferred.
  if (new Set(members).size < members.length) throw refuse(50437);
  if (members.length > MAX_MEMBERS) throw refuse(50436);
  const twin = members.length < 2 ? undefined : world.records(conversations).find('groupMembers', groupKey(members));
  if (twin === undefined || twin.sid === conversation.sid) return;
  throw refuse(50438, `Group MMS with given participant list already exists as Conversation ${twin.sid}`);
}

/** Updates a conversation's group members after a change of its participants. */
export function updateGroup(world: World, conversationSid: string): void {
  const conversation = world.records(conversations).get(conversationSid);
  if (conversation === undefined) return;
  const members = membersOf(world.records(participants).list('bound', conversationSid), null);
  const groupMembers =
    members === undefined || members.length < 2 || conversation.state === 'closed' ? null : groupKey(members);
  if (groupMembers !== conversation.groupMembers) world.update(conversations, conversation, { groupMembers });
}

/** Whether a participant has a proxy address, as none has in a group MMS. */
export function hasProxies(world: World, conversationSid: string): boolean {
  const bound = world.records(participants).list('bound', conversationSid);
  return [...bound].some(({ binding }) => binding?.proxyAddress !== undefined);
}

export function isGroup(world: World, conversationSid: string): boolean {
  for (const { binding } of world.records(participants).list('bound', conversationSid)) {
    if (binding?.projectedAddress !== undefined) return true;
  }
  return false;
}
