/** Addresses of participants: their channels, and the rule for address pairs. */
import { keyOf } from '../../kernel/collection.js';
import type { World } from '../../kernel/world.js';
import { refuse } from '../refusals.js';
import { participants, type MessagingBindingPart } from './record.js';

/** E.164, as the recorded refusals demand. The formats of other channels are inferred. */
const NUMBER = /^\+[1-9]\d{6,14}$/;
const PREFIXED = /^(whatsapp|rcs|messenger|gbm|apple):(.+)$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MAX_LENGTH = 256;

/** The channel of an address, by its format; `undefined` if it is not an address. */
export function channelOf(address: string): string | undefined {
  if (address.length > MAX_LENGTH) return undefined;
  if (NUMBER.test(address)) return 'sms';
  const [, prefix, rest = ''] = PREFIXED.exec(address) ?? [];
  if (prefix === 'whatsapp') return NUMBER.test(rest) ? prefix : undefined;
  if (prefix !== undefined) return prefix;
  return EMAIL.test(address) ? 'email' : undefined;
}

/** A pair of addresses leads to one conversation, so only one open conversation of the account may have it (recorded). */
export function checkPairIsFree(world: World, binding: MessagingBindingPart, ownSid?: string): void {
  if (binding.address === undefined || binding.proxyAddress === undefined) return;
  const holder = world.records(participants).find('addressPair', keyOf(binding.address, binding.proxyAddress));
  if (holder === undefined || holder.sid === ownSid) return;
  throw refuse(
    50416,
    `A binding for this participant and proxy address already exists in Conversation ${holder.conversationSid}`,
  );
}
