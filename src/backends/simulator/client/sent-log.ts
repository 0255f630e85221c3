import type { SyncEvent } from '../../../core/client-view.js';
import { findUser } from '../conversations/user/record.js';
import type { World } from '../kernel/world.js';
import type { ObjectName } from './object-name.js';

/** A change of a record that was sent to a user of a client SDK. */
export interface SentChange {
  /** By the machine's clock, in milliseconds since 1970. */
  readonly time: number;
  /** E.g. `message added`. */
  readonly change: string;
  readonly serviceSid: string;
  readonly identity: string;
  /** False if a fault dropped it. */
  readonly wasSent: boolean;
}

/** A recipient of a change. */
export type Recipient = Pick<SentChange, 'serviceSid' | 'identity' | 'wasSent'>;

interface Entry extends Pick<SentChange, 'time' | 'change'> {
  readonly record: string;
  readonly recipients: readonly Recipient[];
}

/** An item of an object, or the whole document. */
interface SentItem {
  readonly name: ObjectName;
  readonly key: string;
}

const MAX_ENTRIES = 1000;
/** Users of one change that the log names. */
export const MAX_RECIPIENTS = 20;

const nouns = {
  channel: 'conversation',
  messages: 'message',
  roster: 'participant',
  conversations: 'conversation of the user',
  info: 'user',
} as const;

/** The latest changes that were sent to the users of client SDKs. */
export class SentLog {
  readonly #entries: Entry[] = [];

  add(world: World, item: SentItem, { type, event }: SyncEvent, recipients: readonly Recipient[]): void {
    if (recipients.length === 0) return;
    // Drops the oldest in batches, because that moves all others.
    if (this.#entries.length >= 2 * MAX_ENTRIES) this.#entries.splice(0, MAX_ENTRIES);
    const change = `${nouns[item.name.kind]} ${type.split('_').at(-1)}`;
    this.#entries.push({ time: Date.now(), change, record: recordOf(world, item, event), recipients });
  }

  /** What was sent of a record, the earliest first. */
  of(record: string): SentChange[] {
    return this.#entries
      .slice(-MAX_ENTRIES)
      .filter((entry) => entry.record === record)
      .flatMap(({ time, change, recipients }) => recipients.map((recipient) => ({ time, change, ...recipient })));
  }
}

/** The record that an item shows. A message that has been removed has no SID any more, so its conversation is named. */
function recordOf(world: World, { name, key }: SentItem, event: SyncEvent['event']): string {
  const { kind, ownerSid, identity = '' } = name;
  if (kind === 'roster' || kind === 'conversations') return key;
  if (kind === 'info') return findUser(world, ownerSid, identity)?.sid ?? ownerSid;
  return (event['item_data'] as { readonly sid?: string } | undefined)?.sid ?? ownerSid;
}
