import type { Operation } from '../../../core/operation.js';
import type { Control } from '../../../core/control.js';
import type { Bind } from '../conversations/seed/seed.js';
import type { Seed } from '../conversations/seed/format.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';
import { clockControls } from './clock.js';
import { conversationControls } from './conversations.js';
import { inboundControls } from './inbound.js';
import type { SessionOf } from './define-control.js';
import { receiptControls } from './receipts.js';
import { recordControls } from './records.js';
import { webhookControls } from './webhooks.js';
import { worldControls } from './worlds.js';

export interface ControlParts {
  readonly worlds: Worlds;
  readonly defaultAccount: string;
  readonly operations: readonly Operation[];
  readonly bind: Bind;
  readonly seedInto: (seed: Seed, world: World) => void;
  /** Writes the changes of a control to the data file. */
  readonly save: () => Promise<void>;
}

/** All controls of the simulator. */
export function simulatorControls(parts: ControlParts): readonly Control[] {
  const { worlds, defaultAccount, operations, bind, seedInto, save } = parts;
  const sessionOf: SessionOf = (account = defaultAccount) => worlds.get(account);
  const controls = [
    ...clockControls(sessionOf),
    ...webhookControls(sessionOf),
    ...receiptControls(sessionOf),
    ...inboundControls(sessionOf, bind),
    ...conversationControls(sessionOf, { operations, bind }),
    ...recordControls(sessionOf),
    ...worldControls(worlds, sessionOf, { defaultAccount, seedInto }),
  ];
  return controls.map((each) =>
    each.changes
      ? {
          ...each,
          async run(account, input) {
            const value = await each.run(account, input);
            await save();
            return value;
          },
        }
      : each,
  );
}
