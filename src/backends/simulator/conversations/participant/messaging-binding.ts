/** Messaging bindings: the combinations of identity, address, proxy and projected address that Twilio accepts. */
import { keyOf } from '../../kernel/collection.js';
import type { World } from '../../kernel/world.js';
import { findAddress } from '../address/record.js';
import type { ConversationRecord } from '../conversation/record.js';
import { refuse } from '../refusals.js';
import { channelOf } from './address.js';
import { hasProxies, isGroup } from './group.js';
import { participants, type MessagingBindingPart, type ParticipantRecord } from './record.js';

interface Sent {
  readonly address?: string | undefined;
  readonly proxyAddress?: string | undefined;
  readonly projectedAddress?: string | undefined;
}

/**
 * The binding of a new participant; `null` for a chat user. That identity or address is required, and which addresses can
 * be combined, is recorded. The codes of all other refusals are from the dictionary.
 */
export function newBinding(
  world: World,
  conversation: ConversationRecord,
  identity: string | null,
  { address = '', proxyAddress = '', projectedAddress = '' }: Sent,
): MessagingBindingPart | null {
  if (identity !== null) {
    if (address !== '' || proxyAddress !== '') throw refuse(50211);
    return projectedAddress === '' ? null : projected(projectedAddress);
  }
  if (address === '' && proxyAddress === '') {
    // A number of the account in a group MMS needs no identity (recorded).
    if (projectedAddress === '') throw refuse(50204);
    return projected(projectedAddress);
  }
  if (address === '') throw refuse(50411);
  const type = channelOf(address);
  if (type === undefined || projectedAddress !== '') throw refuse(50407);
  if (proxyAddress !== '') return { type, address, proxyAddress: proxyFor(type, address, proxyAddress) };
  // A phone in a group MMS has no proxy. It may come before the number that makes the conversation a group (recorded), but
  // not into a conversation in which others have a proxy (inferred).
  if (type !== 'sms' || hasProxies(world, conversation.sid)) throw refuse(50412);
  if (!isGroupPhone(world, conversation.sid, address)) throw refuse(50407);
  return { type, address };
}

/**
 * Whether a number can be a phone in a group MMS: one of the US or Canada that is not the account's own (recorded). Of the
 * account's numbers, those of this group and of its address configurations are known.
 */
function isGroupPhone(world: World, conversationSid: string, address: string): boolean {
  if (!address.startsWith('+1') || findAddress(world, address) !== undefined) return false;
  return world.records(participants).find('projectedAddress', keyOf(conversationSid, address)) === undefined;
}

/** The binding after an update; the text `null` removes an address (published description). */
export function changeBinding(
  world: World,
  { binding, conversationSid }: ParticipantRecord,
  { proxyAddress, projectedAddress }: Sent,
): MessagingBindingPart | null {
  if (projectedAddress !== undefined) {
    // Only a chat user has a projected address, not a participant with an address. Inferred.
    if (binding?.address !== undefined) throw refuse(50443);
    if (proxyAddress !== undefined && !isRemoval(proxyAddress)) throw refuse(50441);
    return isRemoval(projectedAddress) ? null : projected(projectedAddress);
  }
  if (proxyAddress === undefined) return binding;
  if (binding?.address === undefined) {
    if (isRemoval(proxyAddress)) return binding;
    throw refuse(50441);
  }
  const { type, address } = binding;
  if (isRemoval(proxyAddress)) {
    // Only a phone in a group MMS has no proxy, as on create. Inferred.
    if (type !== 'sms' || !isGroup(world, conversationSid)) throw refuse(50440);
    return { type, address };
  }
  // A proxy address cannot be changed or added later (recorded).
  if (proxyAddress !== binding.proxyAddress) throw refuse(50441);
  return binding;
}

const isRemoval = (text: string): boolean => text === 'null' || text === '';

function projected(address: string): MessagingBindingPart {
  if (channelOf(address) !== 'sms') throw refuse(50407);
  return { type: 'sms', projectedAddress: address };
}

function proxyFor(type: string, address: string, proxyAddress: string): string {
  const proxyType = channelOf(proxyAddress);
  if (proxyType === undefined) throw refuse(50408);
  if (proxyAddress === address) throw refuse(50409);
  if (proxyType !== type) throw refuse(50414);
  return proxyAddress;
}
