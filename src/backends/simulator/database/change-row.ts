import type { ClockState } from '../kernel/clock.js';
import type { WorldContent } from '../kernel/world-content.js';
import type { KeptDelivery } from '../webhooks/keeper.js';
import type { LogLine } from '../storage/log-content.js';

/** One change of a world, as it is stored. */
export interface ChangeRow {
  readonly account: string;
  /** Counts from 1 in each world. */
  readonly seq: number;
  readonly epoch: number;
  /** A `StoredLine` as JSON. */
  readonly body: string;
}

/** Besides what a change log contains: how the clock runs, and the webhook deliveries that wait. */
export type StoredLine =
  | LogLine
  | { readonly clock: ClockState }
  | { readonly kept: KeptDelivery }
  | { readonly forgotten: string };

/** Everything of a world that its next owner continues. */
export interface WorldState {
  readonly document: WorldContent;
  readonly clock: ClockState;
  readonly deliveries: Iterable<KeptDelivery>;
}

/** In characters. A larger batch is written in several statements of one transaction. */
const MAX_BATCH = 8 * 1024 * 1024;

export function* inBatches<T extends { readonly body: string }>(rows: Iterable<T>, limit = MAX_BATCH): Generator<T[]> {
  let batch: T[] = [];
  let size = 0;
  for (const row of rows) {
    if (batch.length > 0 && size + row.body.length > limit) {
      yield batch;
      batch = [];
      size = 0;
    }
    size += row.body.length;
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}
