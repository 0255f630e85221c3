import { setImmediate } from 'node:timers/promises';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { DeliveryKeeper } from '../webhooks/keeper.js';
import type { OwnedWorld } from './owned-world.js';

interface KeeperOptions {
  readonly owned: (account: string) => OwnedWorld | undefined;
  /** Adds the changes of a world to those that are to be stored. */
  readonly append: (account: string) => void;
  /** Resolves when everything that was added for a world is stored. */
  readonly stored: (account: string) => MaybePromise<void>;
  readonly flush: () => void;
}

/** Stores the webhook deliveries that wait with the changes that fired them. */
export function createDeliveryKeeper({ owned, append, stored, flush }: KeeperOptions): DeliveryKeeper {
  return {
    keep(account, kept) {
      const world = owned(account);
      world?.deliveries.set(kept.delivery.idempotencyToken, kept);
      world?.hold({ kept });
    },
    async isStored(account) {
      const world = owned(account);
      // A call that fired it is saved in this turn of the event loop; a control may still be running.
      if (world?.hasHeld === true) await setImmediate();
      if (world?.hasHeld === true) append(account);
      try {
        await stored(account);
      } catch {
        return false;
      }
      return world !== undefined && owned(account) === world;
    },
    forget(account, token) {
      const world = owned(account);
      if (world?.deliveries.delete(token) !== true) return;
      world.hold({ forgotten: token });
      append(account);
      flush();
    },
    tokenPrefix: (account) => `${owned(account)?.epoch ?? 0}.`,
  };
}
