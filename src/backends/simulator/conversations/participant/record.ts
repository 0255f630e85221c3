import { defineTable, keyOf, type RecordBase } from '../../kernel/collection.js';
import { compoundToken, type TokenFormat } from '../../kernel/page.js';
import { isCount, isFlag, isJsonText, isText, oneOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import { isSid } from '../../kernel/sid.js';
import type { World } from '../../kernel/world.js';
import { byConversation, conversations, inConversation, type ConversationRecord } from '../conversation/record.js';

export interface MessagingBindingPart {
  readonly type: string;
  readonly address?: string;
  readonly proxyAddress?: string;
  readonly projectedAddress?: string;
}

export interface ParticipantRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly identity: string | null;
  readonly binding: MessagingBindingPart | null;
  readonly roleSid: string | null;
  readonly attributes: string;
  readonly lastReadMessageIndex: number | null;
  readonly lastReadTimestamp: number | null;
  readonly notificationLevel: 'default' | 'muted';
  /** False once the conversation is closed: the participant then holds no address pair and counts for no limit. */
  readonly open: boolean;
}

export const participants = defineTable<ParticipantRecord>()({
  name: 'participants',
  prefix: 'MB',
  parent: inConversation,
  fields: {
    serviceSid: isText,
    conversationSid: isText,
    identity: orNull(isText),
    binding: orNull(
      partOf<MessagingBindingPart>({
        type: isText,
        address: optional(isText),
        proxyAddress: optional(isText),
        projectedAddress: optional(isText),
      }),
    ),
    roleSid: orNull(isText),
    attributes: isJsonText,
    lastReadMessageIndex: orNull(isCount),
    lastReadTimestamp: orNull(isCount),
    notificationLevel: oneOf(['default', 'muted']),
    open: isFlag,
  },
  unique: {
    identity: (r) => (r.identity === null ? undefined : keyOf(r.conversationSid, r.identity)),
    address: (r) => (r.binding?.address === undefined ? undefined : keyOf(r.conversationSid, r.binding.address)),
    projectedAddress: (r) =>
      r.binding?.projectedAddress === undefined ? undefined : keyOf(r.conversationSid, r.binding.projectedAddress),
    // One open conversation of the account holds an address pair.
    addressPair: (r) =>
      r.open && r.binding?.address !== undefined && r.binding.proxyAddress !== undefined
        ? keyOf(r.binding.address, r.binding.proxyAddress)
        : undefined,
  },
  orders: {
    /** Lists are sorted by SID (recorded). */
    conversation: { ...byConversation, sortKey: (r) => r.sid },
    /** Participants who get receipts. */
    addressed: { group: (r) => (r.binding?.address === undefined ? undefined : r.conversationSid) },
    /** Participants with a messaging binding, for the limit on them and for the members of a group MMS. */
    bound: { group: (r) => (r.binding === null ? undefined : r.conversationSid) },
    identity: {
      group: (r) => (r.identity === null ? undefined : keyOf(r.serviceSid, r.identity)),
      sortKey: (r) => r.conversationSid,
    },
    openIdentity: { group: (r) => (r.open && r.identity !== null ? keyOf(r.serviceSid, r.identity) : undefined) },
    atAddress: {
      group: (r) => (r.binding?.address === undefined ? undefined : keyOf(r.serviceSid, r.binding.address)),
      sortKey: (r) => r.conversationSid,
    },
  },
});

/** By SID or by a chat participant's identity. Twilio does not accept an address. */
export function findParticipant(world: World, conversationSid: string, key: string): ParticipantRecord | undefined {
  const all = world.records(participants);
  const bySid = all.get(key);
  return bySid?.conversationSid === conversationSid ? bySid : all.find('identity', keyOf(conversationSid, key));
}

export function conversationOfParticipant(world: World, participant: ParticipantRecord): ConversationRecord {
  const found = world.records(conversations).get(participant.conversationSid);
  if (found === undefined) throw new Error(`Participant ${participant.sid} belongs to no conversation`);
  return found;
}

/** The token of lists of participants across conversations. They are sorted by the conversation's SID. */
export function byConversationToken(world: World): TokenFormat<ParticipantRecord> {
  return compoundToken(
    world,
    participants,
    (record) => record.conversationSid,
    (text) => (isSid(text, 'CH') ? text : undefined),
  );
}
