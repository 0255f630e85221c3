import type { ClockState } from '../kernel/clock.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import type { KeptDelivery } from '../webhooks/keeper.js';
import type { ChangeRow, StoredLine } from './change-row.js';
import type { Taken } from './lock-session.js';

/** A snapshot is written when the changes since exceed both this size and that of the snapshot, in characters. */
const MIN_SNAPSHOT_AT = 4 * 1024 * 1024;

/** What the store knows of a world that this server owns. */
export class OwnedWorld {
  readonly epoch: number;
  /** The number of the last change, stored or not. */
  seq: number;
  /** Whether it was used since this was last set to false. */
  isUsed = true;
  /** By `performance.now()`. */
  idleSince = 0;
  isWritingSnapshot = false;
  /** The calls that are answered at present, and for which the world must stay. */
  pins = 0;
  /** Resolves when the world has been handed over; set while that lasts. */
  leaving: Promise<void> | undefined;
  /** Webhook deliveries that wait, by idempotency token. */
  readonly deliveries: Map<string, KeptDelivery>;
  /** Lines that are to be stored with the next changes. */
  #held: StoredLine[] = [];
  #clock: ClockState | undefined;
  #changesSize: number;
  #snapshotAt: number;

  constructor(
    readonly account: string,
    { epoch }: Taken,
    loaded: {
      readonly seq: number;
      readonly snapshotSize: number;
      readonly changesSize: number;
      readonly deliveries: ReadonlyMap<string, KeptDelivery>;
    },
  ) {
    this.epoch = epoch;
    this.seq = loaded.seq;
    this.deliveries = new Map(loaded.deliveries);
    this.#changesSize = loaded.changesSize;
    this.#snapshotAt = Math.max(MIN_SNAPSHOT_AT, loaded.snapshotSize);
  }

  get wantsSnapshot(): boolean {
    return this.#changesSize > this.#snapshotAt && !this.isWritingSnapshot;
  }

  get hasHeld(): boolean {
    return this.#held.length > 0;
  }

  /** Keeps a line until the change that it belongs to is stored. */
  hold(line: StoredLine): void {
    this.#held.push(line);
  }

  takeHeld(): readonly StoredLine[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** The line that stores how the clock runs, if that has changed. */
  clockLine({ clock }: Session): StoredLine | undefined {
    const { state } = clock;
    if (!clock.wasChanged && this.#clock === undefined) return undefined;
    // A manual clock's time is in the changes as well.
    if (state.mode === this.#clock?.mode && (state.mode === 'manual' || state.time === this.#clock.time))
      return undefined;
    this.#clock = state;
    return { clock: state };
  }

  row(body: string): ChangeRow {
    this.seq += 1;
    this.#changesSize += body.length;
    return { account: this.account, seq: this.seq, epoch: this.epoch, body };
  }

  snapshotWritten(size: number): void {
    this.#changesSize = 0;
    this.#snapshotAt = Math.max(MIN_SNAPSHOT_AT, size);
  }

  /** Lets the changes grow further before the next attempt. */
  snapshotFailed(): void {
    this.#snapshotAt = this.#changesSize * 2;
  }
}

type Session = WorldSession<Webhooks>;

/** Whether nothing keeps a world in the memory of this server. */
export function isQuiet({ writes, webhooks, clock, timeline }: Session): boolean {
  if (writes > 0 || webhooks.isBusy) return false;
  // An automatic clock would jump to what is due next.
  return clock.mode !== 'auto' || timeline.next() === undefined;
}

/** The time of day at which the next timer of a world fires, in milliseconds since 1970. A manual clock fires none. */
export function dueTime({ clock, timeline }: Session): number | undefined {
  const next = timeline.next();
  if (next === undefined || (clock.mode === 'manual' && next.at > clock.now())) return undefined;
  return clock.mode === 'auto' ? Date.now() : Date.now() + next.at - clock.now();
}
