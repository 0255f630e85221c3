import { defineTable, type RecordBase } from '../../kernel/collection.js';
import { isCount, isFlag, isText, listOf, oneOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import type { World } from '../../kernel/world.js';

/** What happens to an inbound message that belongs to no conversation. Only the values of its type are present. */
export interface AutoCreationPart {
  readonly enabled: boolean;
  readonly type: 'webhook' | 'studio' | 'default';
  /** Absent: the account's default service. */
  readonly conversationServiceSid?: string;
  readonly webhookUrl?: string;
  readonly webhookMethod?: string;
  readonly webhookFilters?: readonly string[];
  readonly studioFlowSid?: string;
  readonly studioRetryCount?: number;
}

export interface AddressRecord extends RecordBase {
  /** As it was sent. */
  readonly address: string;
  readonly type: string;
  readonly friendlyName: string | null;
  readonly addressCountry: string | null;
  readonly autoCreation: AutoCreationPart;
}

export const addresses = defineTable<AddressRecord>()({
  name: 'addresses',
  prefix: 'IG',
  fields: {
    address: isText,
    type: isText,
    friendlyName: orNull(isText),
    addressCountry: orNull(isText),
    autoCreation: partOf<AutoCreationPart>({
      enabled: isFlag,
      type: oneOf(['webhook', 'studio', 'default']),
      conversationServiceSid: optional(isText),
      webhookUrl: optional(isText),
      webhookMethod: optional(isText),
      webhookFilters: optional(listOf(isText)),
      studioFlowSid: optional(isText),
      studioRetryCount: optional(isCount),
    }),
  },
  unique: { address: (r) => r.address },
  orders: { all: { group: () => '' }, type: { group: (r) => r.type } },
});

/** By SID or by address (published description). */
export function findAddress(world: World, key: string): AddressRecord | undefined {
  const all = world.records(addresses);
  return all.get(key) ?? all.find('address', key);
}
