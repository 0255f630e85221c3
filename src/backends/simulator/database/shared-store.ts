import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { SharedWorlds, Stay } from '../../../core/shared-worlds.js';
import type { WorldStore } from '../storage/world-store.js';
import type { DeliveryKeeper } from '../webhooks/keeper.js';

/** A store that several servers use at the same time. Each world is in the memory of one of them at most. */
export interface SharedStore extends WorldStore {
  /**
   * Makes the world of an account available in memory. To be called before the world is used.
   * @throws UnderstudyError when another server has it, or when it cannot be loaded
   */
  open(account: string): MaybePromise<void>;
  /**
   * Brings the world of an account to this server and keeps it here until `leave` is called.
   * @throws UnderstudyError when it does not arrive, or when it cannot be loaded
   */
  stay(account: string): Promise<Stay>;
  /** Does something that may take long without a pause, such as the import of a large world. */
  busily<T>(act: () => Promise<T>): Promise<T>;
  /**
   * To be called after a read: resolves once all that it can have seen is stored.
   * @throws UnderstudyError when that fails
   */
  confirm(account: string): MaybePromise<void>;
  /** Whether the account has a world, here or elsewhere. */
  has(account: string): Promise<boolean>;
  readonly deliveries: DeliveryKeeper;
  /** Where the worlds are. */
  readonly placed: SharedWorlds;
  /** Why no world can be loaded or changed at present; undefined if they can. */
  notReadyReason(): string | undefined;
}
