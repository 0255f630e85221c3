import { randomUUID } from 'node:crypto';
import { errorBody } from '../../errors.js';
import {
  bodyOf,
  type Backend,
  type Call,
  type Caller,
  type Input,
  type Operation,
  type Result,
} from '../../operation.js';
import type { Clock } from './clock.js';
import { Context, Paths } from './context.js';
import { readWorlds, Store } from './persistence.js';
import type { Reply } from './resource.js';
import { handlers } from './resources/index.js';
import { readSeed } from './seed-format.js';
import { createSeeder } from './seed.js';
import { TwilioError } from './twilio-error.js';
import { World } from './world.js';
import { Worlds } from './worlds.js';

export interface SimulatorOptions {
  readonly operations: readonly Operation[];
  /** Turns an input into a call, as the engine does; seeds are written as inputs. */
  readonly bind: (operation: string, input: Input, caller: Caller) => { call: Call; ignored: readonly string[] };
  readonly clock: Clock;
  /** The account SID of callers who name none. */
  readonly defaultAccount: string;
  /** With it, the same calls make the same SIDs. */
  readonly rngSeed?: string | undefined;
  /** Name or file of the seed that each new world starts from. */
  readonly seed?: string | undefined;
  readonly dataFile?: string | undefined;
}

export interface Simulator extends Backend {
  /** The names of the operations that it can answer. */
  readonly operations: readonly string[];
  /** Writes what is not yet in the data file. */
  close(): Promise<void>;
}

/** Plays Twilio Conversations from memory, one isolated world per account SID. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const paths = new Paths(options.operations);

  const reply = (world: World, call: Call, givenSid?: string): Reply => {
    const handler = handlers[call.operation.name];
    if (handler === undefined) throw new Error(`the simulator has no handler for ${call.operation.name}`);
    return handler(new Context(world, paths, call, givenSid));
  };

  const worlds = new Worlds(
    options.clock,
    (account) => (options.rngSeed === undefined ? randomUUID() : `${options.rngSeed}/${account}`),
    options.seed === undefined ? undefined : createSeeder(readSeed(options.seed), options.bind, reply),
  );
  for (const document of options.dataFile === undefined ? [] : readWorlds(options.dataFile)) {
    worlds.adopt(World.fromDocument(document, options.clock));
  }
  // A bad seed stops the start rather than the first request.
  worlds.get(options.defaultAccount);

  const store =
    options.dataFile === undefined
      ? undefined
      : new Store(options.dataFile, () => worlds.all().map((world) => world.toDocument()));
  await store?.save();

  return {
    operations: Object.keys(handlers),

    async answer(call: Call): Promise<Result> {
      const world = worlds.get(call.caller.account ?? options.defaultAccount);
      const result = resultOf(() => reply(world, call));
      if (store !== undefined && call.operation.method !== 'GET' && result.status < 300) await store.save();
      return result;
    },

    async close() {
      await store?.save();
    },
  };
}

/** The one place where a refusal becomes an answer. */
function resultOf(run: () => Reply): Result {
  try {
    const { status, value } = run();
    return { status, headers: {}, body: value === null ? null : bodyOf(value) };
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    const { code, message, status } = error;
    const body = errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status);
    return { status, headers: {}, body: bodyOf(body) };
  }
}
