/** How far a participant has read. */
import { single, type Field } from '../../kernel/fields.js';
import type { World } from '../../kernel/world.js';
import { refuse } from '../refusals.js';
import type { ParticipantRecord } from './record.js';

/** A message index. Empty text or `null` removes the read horizon. */
export const readIndex: Field<number | null> = single((value) => {
  if (value === '' || value === 'null') return null;
  if (!/^\d{1,15}$/.test(value)) throw refuse(50421);
  return Number(value);
});

/** An index sets the horizon now; a null index removes it; a timestamp alone is stored as sent (inferred). */
export function horizonOf(
  record: ParticipantRecord,
  sent: { readonly LastReadMessageIndex?: number | null; readonly LastReadTimestamp?: number },
  world: World,
): Pick<ParticipantRecord, 'lastReadMessageIndex' | 'lastReadTimestamp'> {
  const index = sent.LastReadMessageIndex;
  if (index === undefined) {
    return {
      lastReadMessageIndex: record.lastReadMessageIndex,
      lastReadTimestamp: sent.LastReadTimestamp ?? record.lastReadTimestamp,
    };
  }
  return {
    lastReadMessageIndex: index,
    lastReadTimestamp: sent.LastReadTimestamp ?? (index === null ? null : world.now()),
  };
}
