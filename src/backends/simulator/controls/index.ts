import type { Control } from '../../../core/control.js';
import type { Clients } from '../client/clients.js';
import type { BindVerb } from '../conversations/bind.js';
import type { Seed } from '../conversations/seed/format.js';
import type { Snapshots } from '../kernel/snapshots.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { clientControls } from './clients.js';
import { clockControls } from './clock.js';
import { conversationControls } from './conversations.js';
import { inboundControls, type StoreFiles } from './inbound.js';
import type { SessionOf } from './define-control.js';
import { receiptControls } from './receipts.js';
import { recordControls } from './records.js';
import { webhookControls } from './webhooks.js';
import { worldControls, type WorldFiles } from './worlds.js';

export interface ControlParts {
  readonly worlds: Worlds<Webhooks>;
  readonly defaultAccount: string;
  readonly bind: BindVerb;
  readonly clients: Clients;
  readonly seedInto: (seed: Seed, world: World) => void;
  /** The saved states of worlds, by account and name. */
  readonly snapshots: Snapshots;
  readonly files: WorldFiles & { readonly storeFiles: StoreFiles };
  /** Makes a change and saves it; a change that cannot be saved is not begun, or taken back. */
  readonly saving: <T>(change: () => T | Promise<T>) => Promise<T>;
  /** Makes a world available, if other servers may have it. */
  readonly open: (account: string) => Promise<void>;
  /** Resolves when all that was read of a world is stored, if other servers may read it next. */
  readonly confirm: (account: string) => Promise<void>;
}

/** All controls of the simulator. */
export function simulatorControls(parts: ControlParts): readonly Control[] {
  const { worlds, defaultAccount, bind, clients, seedInto, snapshots, files, saving, open, confirm } = parts;
  const sessionOf: SessionOf = (account = defaultAccount) => worlds.get(account);
  const controls = [
    ...clockControls(sessionOf),
    ...webhookControls(sessionOf),
    ...receiptControls(sessionOf),
    ...inboundControls(sessionOf, bind, (...sent) => files.storeFiles(...sent)),
    ...conversationControls(sessionOf, bind),
    ...clientControls(sessionOf, clients),
    ...recordControls(sessionOf, bind),
    ...worldControls(worlds, sessionOf, { defaultAccount, seedInto, snapshots, files, open }),
  ];
  return controls.map((each) =>
    each.changes
      ? {
          ...each,
          async run(account, input) {
            await open(account ?? defaultAccount);
            const session = worlds.beginWrite(account ?? defaultAccount);
            try {
              return await saving(() => each.run(account, input));
            } finally {
              worlds.endWrite(session);
            }
          },
        }
      : {
          ...each,
          async run(account, input) {
            await open(account ?? defaultAccount);
            const value = await each.run(account, input);
            await confirm(account ?? defaultAccount);
            return value;
          },
        },
  );
}
