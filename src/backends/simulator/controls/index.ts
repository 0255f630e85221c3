import type { Control } from '../../../core/control.js';
import type { Bind } from '../conversations/seed/seed.js';
import type { Seed } from '../conversations/seed/format.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';
import { clockControls } from './clock.js';
import { conversationControls } from './conversations.js';
import { inboundControls } from './inbound.js';
import type { StageOf } from './parts.js';
import { receiptControls } from './receipts.js';
import { recordControls } from './records.js';
import { webhookControls } from './webhooks.js';
import { worldControls } from './worlds.js';

export interface ControlParts {
  readonly worlds: Worlds;
  readonly defaultAccount: string;
  readonly bind: Bind;
  readonly seedInto: (seed: Seed, world: World) => void;
  /** Waits until what a control changed is in the data file. */
  readonly save: () => Promise<void>;
}

/** Everything that can be done to the simulator itself. */
export function simulatorControls({ worlds, defaultAccount, bind, seedInto, save }: ControlParts): readonly Control[] {
  const stageOf: StageOf = (account = defaultAccount) => worlds.get(account);
  const all = [
    ...clockControls(stageOf),
    ...webhookControls(stageOf),
    ...receiptControls(stageOf),
    ...inboundControls(stageOf, bind),
    ...conversationControls(stageOf, bind),
    ...recordControls(stageOf),
    ...worldControls(worlds, stageOf, { defaultAccount, seedInto }),
  ];
  return all.map((each) =>
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
