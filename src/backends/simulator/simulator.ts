import { randomUUID } from 'node:crypto';
import { errorBody } from '../../core/errors.js';
import type { Backend, Call, Operation, Result } from '../../core/operation.js';
import { mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { Control } from '../../core/control.js';
import { bodyOf } from '../../core/body.js';
import type { ClockSettings, WorldClock } from './kernel/clock.js';
import { Context, Paths } from './kernel/context.js';
import { Store } from './storage/store.js';
import type { Reply } from './kernel/handler.js';
import { simulatorControls } from './controls/index.js';
import { handlerOf, handlers } from './conversations/product.js';
import type { Seed } from './conversations/seed/format.js';
import { createSeeder, type Bind } from './conversations/seed/seed.js';
import { TwilioError } from './kernel/twilio-error.js';
import { WEBHOOK_TIMEOUT_MS, WebhookSender, type WebhookTargets } from './webhooks/sender.js';
import type { WorldChangeEvent, Stage } from './kernel/world-session.js';
import type { WebhookFaults } from './webhooks/dispatcher.js';
import type { World } from './kernel/world.js';
import { Worlds } from './kernel/worlds.js';

export interface SimulatorOptions {
  readonly operations: readonly Operation[];
  /** Turns an input into a call, as the engine does; seeds are written as inputs. */
  readonly bind: Bind;
  /** How each world's clock begins, or one clock that all of them share. */
  readonly clock: ClockSettings | WorldClock;
  /** The account SID of callers who name none. */
  readonly defaultAccount: string;
  /** With it, the same calls make the same SIDs. */
  readonly rngSeed?: string | undefined;
  /** Name or file of the seed that each new world starts from. */
  readonly seed?: string | undefined;
  readonly dataFile?: string | undefined;
  /** Receives warnings about the data file. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** The auth token that signs webhooks; absent: the password of the world's latest `AC…` caller. */
  readonly authToken?: string | undefined;
  readonly webhooks?: Partial<WebhookTargets> | undefined;
  /** What goes wrong with webhooks on demand. */
  readonly faults?: WebhookFaults | undefined;
  /** Told of deliveries, and of what happened in a world by itself. */
  readonly onWorldChange?: ((notice: WorldChangeEvent) => void) | undefined;
}

export interface Simulator extends Backend {
  /** The names of the operations that it can answer. */
  readonly operations: readonly string[];
  /** The worlds, for whoever controls them. */
  readonly worlds: Worlds;
  /** What can be done to it beside the operations. */
  readonly controls: readonly Control[];
  /** Stops the clocks, and writes what is not yet in the data file. */
  close(): Promise<void>;
}

/** Plays Twilio Conversations from memory, one isolated world per account SID. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, rngSeed, seed, dataFile, defaultAccount, authToken } = options;
  let store: Store | undefined;
  const paths = new Paths(options.operations);
  const sender = new WebhookSender({ allow: [], map: [], timeoutMs: WEBHOOK_TIMEOUT_MS, ...options.webhooks });
  const seeder = (read: Seed): ((world: World) => void) =>
    createSeeder(read, options.bind, (world, call, givenSid) =>
      handlerOf(call.operation.name)(new Context(world, paths, call, { givenSid, isSilent: true })),
    );
  const worlds = new Worlds({
    clock,
    paths,
    sender,
    authToken,
    faults: options.faults,
    sidKeyOf: (account) => (rngSeed === undefined ? randomUUID() : `${rngSeed}/${account}`),
    begin: seed === undefined ? undefined : seeder((await import('./conversations/seed/format.js')).readSeed(seed)),
    // Nobody waits for what happens by itself, so a failure to save it shows at the next write.
    changed: () => void store?.save().catch(() => undefined),
    onWorldChange: options.onWorldChange,
  });
  const onWarning = options.onWarning ?? (() => undefined);
  store = dataFile === undefined ? undefined : await Store.open(dataFile, worlds, { onWarning });
  // A bad seed stops the start rather than the first request.
  worlds.get(defaultAccount);
  await store?.save();

  const save = async (): Promise<void> => store?.save();
  return {
    operations: Object.keys(handlers),
    worlds,
    controls: simulatorControls({
      worlds,
      defaultAccount,
      operations: options.operations,
      bind: options.bind,
      seedInto: (read, world) => seeder(read)(world),
      save,
    }),

    answer(call: Call): MaybePromise<Result> {
      const account = call.caller.account ?? defaultAccount;
      // Whoever reads of a seed's SIDs must find them after a crash.
      const isSeeded = seed !== undefined && !worlds.has(account);
      const stage = worlds.get(account);
      const kept = (result: Result): MaybePromise<Result> => {
        const isWrite = call.operation.method !== 'GET' && result.status < 300;
        return store !== undefined && (isWrite || isSeeded) ? store.save(stage.world).then(() => result) : result;
      };
      return mapMaybe(resultOf(stage, call), kept);
    },

    async close() {
      for (const { timeline } of worlds.all()) timeline.disarm();
      await sender.close();
      await store?.close();
    },
  };
}

function resultOf(stage: Stage, call: Call): MaybePromise<Result> {
  try {
    const soon = stage.play(call);
    return soon instanceof Promise ? soon.then(given, refused) : given(soon);
  } catch (error) {
    return refused(error);
  }
}

const noHeaders = {};

const given = ({ status, body }: Reply): Result => ({ status, headers: noHeaders, body });

/** The one place where a refusal becomes an answer. */
function refused(error: unknown): Result {
  if (!(error instanceof TwilioError)) throw error;
  const { code, message, status } = error;
  const body = errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status);
  return { status, headers: noHeaders, body: bodyOf(body) };
}
