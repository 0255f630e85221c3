import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { World } from '../kernel/world.js';
import type { WorldContent } from '../kernel/world-content.js';
import type { LogLine, WorldCopy, WorldPart } from './log-content.js';

/** Keeps the worlds of a simulator in files or in a database. */
export interface WorldStore {
  /**
   * To be called before a change is made.
   * @returns what `save` needs to know
   * @throws UnderstudyError when the change could not be saved; it must not be made then
   */
  begin(): MaybePromise<number>;
  /**
   * Resolves once all changes so far, in one world or in all of them, are stored.
   * @param begun what `begin` returned before the changes were made
   * @throws UnderstudyError when they cannot be stored; they are not in memory any more then
   */
  save(begun: number, only?: World): Promise<void>;
  /** Saves changes that no call made. */
  saveSoon(): void;
  /** Completes and releases everything. */
  close(): Promise<void>;
}

/** Receives what must be stored. */
export interface ChangeSink {
  /** Whether it receives the changes of all worlds in order, so that one can be stored as a copy of another. */
  readonly takesCopies: boolean;
  /** @param undo takes the changes back if they cannot be stored */
  add(line: SinkLine, undo?: () => void): void;
  addWorld(world: WorldContent, undo: () => void): void;
}

export type SinkLine = Exclude<LogLine, WorldPart | { readonly world: WorldContent }> | WorldCopy;
