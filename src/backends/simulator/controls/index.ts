import type { Json, JsonObject } from '../../../core/body.js';
import type { Control } from '../../../core/control.js';
import { UnderstudyError } from '../../../core/errors.js';
import type { Stay } from '../../../core/shared-worlds.js';
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
import type { SessionOf, SimulatorControl } from './define-control.js';
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
  /**
   * Makes a change and saves it; a change that cannot be saved is not begun, or taken back.
   * @param problem returns why the change is not saved although everything is
   */
  readonly saving: <T>(change: () => Promise<T>, problem: () => UnderstudyError | undefined) => Promise<T>;
  /** Brings a world here and keeps it here, if other servers may have it. */
  readonly stay: ((account: string) => Promise<Stay>) | undefined;
  /** Does something that may take long without a pause, if other servers must know of that. */
  readonly busily: (<T>(act: () => Promise<T>) => Promise<T>) | undefined;
  /** Resolves when all that was read of a world is stored, if other servers may read it next. */
  readonly confirm: (account: string) => Promise<void>;
}

/** All controls of the simulator. */
export function simulatorControls(parts: ControlParts): readonly Control[] {
  const { worlds, defaultAccount, bind, clients, seedInto, snapshots, files } = parts;
  const sessionOf: SessionOf = (account = defaultAccount) => worlds.get(account);
  const controls: readonly SimulatorControl[] = [
    ...clockControls(sessionOf),
    ...webhookControls(sessionOf),
    ...receiptControls(sessionOf),
    ...inboundControls(sessionOf, bind, (...sent) => files.storeFiles(...sent)),
    ...conversationControls(sessionOf, bind),
    ...clientControls(sessionOf, clients),
    ...recordControls(sessionOf, bind),
    ...worldControls(worlds, sessionOf, { defaultAccount, seedInto, snapshots, files }),
  ];
  return controls.map((control) => {
    const { changes, isOfServer = false, isLong = false, otherWorlds = () => [], ...rest } = control;
    if (isOfServer) return control;
    const run = changes ? changing(control, parts) : reading(control, parts);
    return {
      ...rest,
      changes,
      run: (account = defaultAccount, input) =>
        keeping([account, ...otherWorlds(input)], parts, (isHere) => {
          const act = () => run(account, input, isHere);
          return isLong && parts.busily !== undefined ? parts.busily(act) : act();
        }),
    };
  });
}

/** Runs a control. `isHere` tells whether the worlds that it needs have not moved. */
type Run = (account: string, input: JsonObject, isHere: () => boolean) => Promise<Json>;

function changing(control: Control, { worlds, saving }: ControlParts): Run {
  return async (account, input, isHere) => {
    const session = worlds.beginWrite(account);
    try {
      return await saving(
        async () => control.run(account, input),
        () => (isHere() ? undefined : movedBeforeEnd()),
      );
    } finally {
      worlds.endWrite(session);
    }
  };
}

function reading(control: Control, { confirm }: ControlParts): Run {
  return async (account, input, isHere) => {
    try {
      const value = await control.run(account, input);
      await confirm(account);
      if (isHere()) return value;
    } catch (error) {
      if (isHere()) throw error;
    }
    // Neither the value nor an error says how the world is at its new owner. The database may also be away.
    await confirm(account);
    throw movedBeforeRead();
  };
}

/** Keeps worlds here while something is done with them. */
async function keeping<T>(
  accounts: readonly string[],
  { stay }: ControlParts,
  act: (isHere: () => boolean) => Promise<T>,
): Promise<T> {
  if (stay === undefined) return act(() => true);
  const stays: Stay[] = [];
  try {
    // oxlint-disable-next-line no-await-in-loop -- usually one
    for (const account of new Set(accounts)) stays.push(await stay(account));
    return await act(() => stays.every(({ isHere }) => isHere));
  } finally {
    for (const each of stays) each.leave();
  }
}

/** The error of a control that changes a world, which has moved before it ended. */
function movedBeforeEnd(): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_CONFIRMED',
    'Another server on the same database has taken the world before the control ended, so that changes may be lost. Read ' +
      'the records to see whether they were made, before you repeat the request.',
    { retryAfter: 1 },
  );
}

/** The error of a control that only reads a world, which has moved before it ended. */
function movedBeforeRead(): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_WORLD_ELSEWHERE',
    'Another server on the same database has taken the world before the control ended. Nothing was changed. Try again.',
    { retryAfter: 1 },
  );
}
