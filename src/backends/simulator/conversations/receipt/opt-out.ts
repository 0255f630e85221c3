/**
 * Opt-outs: a phone that has sent STOP to a number gets no more SMS from it until it sends START. Its receipts fail with
 * 21610 and the other recipients are served (recorded for group MMS). The keywords are those of Twilio's default handling
 * (documentation); that they count for pairs as well is inferred.
 */
import { defineTable, keyOf, type RecordBase } from '../../kernel/collection.js';
import type { Resource } from '../../kernel/product.js';
import { isText } from '../../kernel/record-fields.js';
import type { AnyTable } from '../../kernel/schema.js';
import type { World } from '../../kernel/world.js';
import { participants, type ParticipantRecord } from '../participant/record.js';

/** "Attempt to send to unsubscribed recipient" (dictionary). */
export const UNSUBSCRIBED = 21610;

const STOP = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'];
const START = ['START', 'YES', 'UNSTOP'];

interface OptOutRecord extends RecordBase {
  /** The phone that sent STOP. */
  readonly address: string;
  /** The number of the account that it sent STOP to. */
  readonly number: string;
}

const optOuts = defineTable<OptOutRecord>()({
  name: 'optOuts',
  prefix: 'ZO',
  fields: { address: isText, number: isText },
  unique: { pair: (r) => keyOf(r.address, r.number) },
  orders: {},
});

/** No operation shows opt-outs. */
export const optOutResource: Resource = {
  noun: '',
  scopes: [],
  handlers: {},
  table: optOuts as unknown as AnyTable,
};

/** Notes an opt-out or its end, if that is what an SMS says. */
export function recordConsent(world: World, address: string, number: string, body: string | undefined): void {
  const word = (body ?? '').trim().toUpperCase();
  const found = world.records(optOuts).find('pair', keyOf(address, number));
  if (STOP.includes(word) && found === undefined) world.create(optOuts, { address, number });
  if (START.includes(word) && found !== undefined) world.remove(optOuts, found);
}

/** Whether a participant has opted out of SMS from the number that its conversation uses. */
export function hasOptedOut(world: World, { binding, conversationSid }: ParticipantRecord): boolean {
  const all = world.records(optOuts);
  const { address, proxyAddress } = binding ?? {};
  if (all.size === 0 || address === undefined) return false;
  const isFrom = (number: string | undefined): boolean =>
    number !== undefined && all.find('pair', keyOf(address, number)) !== undefined;
  if (proxyAddress !== undefined) return isFrom(proxyAddress);
  const bound = world.records(participants).list('bound', conversationSid);
  return [...bound].some((each) => isFrom(each.binding?.projectedAddress));
}
