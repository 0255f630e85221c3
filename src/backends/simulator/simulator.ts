import { randomUUID } from 'node:crypto';
import { errorBody } from '../../core/errors.js';
import type { Backend, Call, Result } from '../../core/operation.js';
import { finallyMaybe, mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { ClientBackend } from '../../core/client-view.js';
import type { Control } from '../../core/control.js';
import { bodyOf } from '../../core/body.js';
import type { SharedWorlds } from '../../core/shared-worlds.js';
import type { OnStartProgress } from '../../core/start-progress.js';
import { Clients } from './client/clients.js';
import { simulatorControls } from './controls/index.js';
import { createBindVerb } from './conversations/bind.js';
import { refuse } from './conversations/refusals.js';
import { checkRights } from './conversations/role/permissions.js';
import { conversationsProduct } from './conversations/product.js';
import type { Seed } from './conversations/seed/format.js';
import { createSeeder } from './conversations/seed/seed.js';
import { WorldClock } from './kernel/clock.js';
import { Context, type WriteOrigin } from './kernel/context.js';
import type { Reply } from './kernel/handler.js';
import { Links } from './kernel/links.js';
import { createRouter, simulatesApi } from './kernel/product.js';
import { TwilioError } from './kernel/twilio-error.js';
import type { WorldSession } from './kernel/world-session.js';
import { Snapshots } from './kernel/snapshots.js';
import type { World } from './kernel/world.js';
import { Worlds } from './kernel/worlds.js';
import type { SharedStore } from './database/shared-store.js';
import { MediaService, storeExported } from './media-service.js';
import type { SimulatorOptions } from './simulator-options.js';
import { dataPathsOf } from './storage/data-path.js';
import { MediaFolder } from './storage/media-folder.js';
import { MemoryMedia, type MediaStore } from './storage/media-store.js';
import { Store } from './storage/store.js';
import type { WorldStore } from './storage/world-store.js';
import { Webhooks } from './webhooks/dispatcher.js';
import { WebhookSender } from './webhooks/sender.js';
import { defaultTargets } from './webhooks/targets.js';

export interface Simulator extends Backend {
  /** The worlds, for controls. */
  readonly worlds: Worlds<Webhooks>;
  readonly controls: readonly Control[];
  /** The users of client SDKs. */
  readonly clients: ClientBackend;
  /** Where the worlds are, if several servers share them. */
  readonly shared: SharedWorlds | undefined;
  /** Why this server should get no calls; undefined if it is ready. */
  notReadyReason(): string | undefined;
  /** Stops the clocks and completes the data file. */
  close(): Promise<void>;
}

/** Simulates Twilio Conversations in memory, with one isolated world per account SID. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, rngSeed, seed, dataFile, defaultAccount, token, authToken, faults, onWorldChange } = options;
  const { defaultService = true, onProgress } = options;
  let store: WorldStore | undefined;
  let shared: SharedStore | undefined;
  let media: MediaService | undefined;
  let mediaStore: MediaStore = new MemoryMedia();
  const product = defaultService ? conversationsProduct : { ...conversationsProduct, prepare: () => undefined };
  const operations = options.operations.filter((operation) => simulatesApi(product, operation));
  const links = new Links(operations, product.placeholders);
  const handlerOf = createRouter(product, operations);
  const bind = createBindVerb(operations, options.bind);
  const sender = new WebhookSender({ ...defaultTargets, ...options.webhooks });
  const seederOf = (read: Seed): ((world: World) => void) =>
    createSeeder(
      read,
      bind,
      (world, call, givenSid) =>
        handlerOf(call.operation)(new Context(world, links, call, { givenSid, isSilent: true })),
      {
        prepare: (world) => product.prepare(world),
        unknownField: options.unknownField,
        storeFile: (bytes) => mediaStore.put(bytes),
        onProgress: (done, total) => onProgress?.({ phase: 'seed', done, total }),
      },
    );
  const randomKey = randomUUID();
  const worlds = new Worlds({
    product,
    links,
    handlerOf,
    clock,
    createWebhooks(source) {
      const keeper = shared?.deliveries;
      const webhooks = new Webhooks(source, { sender, authToken, faults, keeper, onDrop: options.onWebhookDrop });
      webhooks.outbox.subscribe(({ id }) => onWorldChange?.({ account: source.world().account, delivery: id }));
      return webhooks;
    },
    secret: authToken ?? token,
    limits: options.worldLimits,
    defaultAccount,
    sidKeyOf: (account, generation) =>
      rngSeed === undefined ? `${randomKey}/${generation}/${account}` : `${rngSeed}/${account}`,
    seed: seed === undefined ? undefined : seederOf(await readSeed(seed, onProgress)),
    onChange() {
      store?.saveSoon();
      media?.sweepSoon();
    },
    onWorldChange,
  });
  const snapshots = new Snapshots();
  const onWarning = options.onWarning ?? (() => undefined);
  if (dataFile !== undefined) {
    const storeMedia = async (exported: Readonly<Record<string, string>>): Promise<void> => {
      mediaStore = await MediaFolder.open(dataPathsOf(dataFile).media);
      await storeExported(mediaStore, exported);
    };
    store = await Store.open(dataFile, worlds, { ...options.storage, onWarning, onProgress, storeMedia });
  }
  if (options.database !== undefined) {
    const { openDatabase } = await import('./database/open-database.js');
    const database = await openDatabase(worlds, { ...options.database, onWarning });
    store = shared = database.store;
    mediaStore = database.media;
  }
  const files: MediaService = new MediaService({
    store: mediaStore,
    sessions: () => worlds.all(),
    snapshots,
    bind,
    answer: (session, call) => resultOf(session, call, files),
  });
  media = files;
  // An invalid seed must fail the start, not the first request.
  if (shared === undefined) worlds.get(defaultAccount);
  else worlds.options.seed?.(worlds.empty(defaultAccount, new WorldClock({ mode: 'real' })));
  if (store !== undefined) await store.save(await store.begin());
  files.sweepSoon();
  for (const problem of files.problems()) onWarning(problem);

  /** Changes an account's world. The value is returned once the change is saved, if anything has been changed. */
  function write<T>(
    account: string,
    change: (session: WorldSession) => MaybePromise<T>,
    isChange?: (value: T) => boolean,
  ): MaybePromise<T> {
    const run = (begun?: number): MaybePromise<T> => {
      const session = worlds.beginWrite(account);
      const changed = finallyMaybe(
        () => change(session),
        () => worlds.endWrite(session),
      );
      return mapMaybe(changed, (value) => (isChange?.(value) === false ? value : save(begun, session, value)));
    };
    return store === undefined ? run() : mapMaybe(store.begin(), run);
  }

  function save<T>(begun: number | undefined, session: WorldSession, value: T): MaybePromise<T> {
    if (store === undefined || begun === undefined) return value;
    const { world } = session;
    if (worlds.find(world.account) === session) worlds.keep(world.account);
    return store.save(begun, world).then(() => value);
  }

  const answerIn = (session: WorldSession, call: Call): MaybePromise<Result> =>
    call.upload === undefined ? resultOf(session, call, files) : files.upload(session, call).catch(toRefusal);
  const { admitGrowth = () => undefined } = options;
  const clients = new Clients({ worlds, open: (account) => shared?.open(account), write, admitGrowth });

  function answerHere(call: Call): MaybePromise<Result> {
    const account = call.caller.account ?? defaultAccount;
    // A temporary link names its world and needs no credentials, so it must not create a world.
    if (call.operation.isPublic === true && !worlds.has(account)) return toRefusal(refuse(20403));
    // The SIDs of a new seeded world must survive a crash once a caller has seen them. Another server may have it next.
    const isNew = store !== undefined && (seed !== undefined || shared !== undefined) && !worlds.has(account);
    if (call.operation.method === 'GET' && !isNew) return answerIn(worlds.get(account), call);
    const change = (session: WorldSession): MaybePromise<Result> =>
      mapMaybe(answerIn(session, call), (result) => {
        if (call.operation.method === 'DELETE') files.sweepSoon();
        return result;
      });
    return write(account, change, ({ status }) => isNew || status < 300);
  }

  return {
    worlds,
    clients,
    controls: simulatorControls({
      worlds,
      clients,
      defaultAccount,
      bind,
      seedInto: (read, world) => seederOf(read)(world),
      snapshots,
      files,
      stay: shared && ((account) => shared.stay(account)),
      busily: shared && ((act) => shared.busily(act)),
      confirm: async (account) => shared?.confirm(account),
      async saving(change, problem) {
        const begun = await store?.begin();
        try {
          const value = await change();
          const found = problem();
          if (begun !== undefined) await store?.save(begun);
          if (found !== undefined) throw found;
          return value;
        } finally {
          files.sweepSoon();
        }
      },
    }),

    notReadyReason: () => shared?.notReadyReason(),
    shared: shared?.placed,

    answer(call) {
      if (shared === undefined) return answerHere(call);
      const account = call.caller.account ?? defaultAccount;
      const database = shared;
      const answer = (isThere: boolean): MaybePromise<Result> => {
        if (!isThere) return toRefusal(refuse(20403));
        // What a call has saved is confirmed already.
        const confirmed = (result: Result): MaybePromise<Result> =>
          call.operation.method !== 'GET' && result.status < 300
            ? result
            : mapMaybe(database.confirm(account), () => result);
        return mapMaybe(database.open(account), () => mapMaybe(answerHere(call), confirmed));
      };
      return call.operation.isPublic === true ? database.has(account).then(answer) : answer(true);
    },

    async close() {
      for (const { timeline } of worlds.all()) timeline.disarm();
      // Another server makes the webhook deliveries that wait.
      await shared?.close();
      await sender.close();
      await files.close();
      if (shared === undefined) await store?.close();
    },
  };
}

async function readSeed(nameOrFile: string, onProgress: OnStartProgress | undefined): Promise<Seed> {
  const format = await import('./conversations/seed/format.js');
  return format.readSeed(nameOrFile, (total) => onProgress?.({ phase: 'read seed', done: 0, total }));
}

function resultOf(session: WorldSession, call: Call, files: MediaService): MaybePromise<Result> {
  const toResult = ({ status, body, file }: Reply): MaybePromise<Result> =>
    file === undefined ? { status, headers: noHeaders, body } : files.send(file, call);
  try {
    const reply = session.answer(call, originOf(session, call));
    const result = mapMaybe(reply, toResult);
    return result instanceof Promise ? result.catch(toRefusal) : result;
  } catch (error) {
    return toRefusal(error);
  }
}

/** A user of a client SDK may do what its roles permit, and always fires webhooks (documentation). */
function originOf(session: WorldSession, call: Call): WriteOrigin | undefined {
  const { user } = call.caller;
  if (user === undefined) return undefined;
  session.catchUp();
  checkRights(session.world, call, user);
  const { identity, attachedSids } = user;
  return { source: 'SDK', clientIdentity: identity, creator: identity, attachedSids };
}

const noHeaders = {};

/** Turns a refusal into a response. @throws any other error */
function toRefusal(error: unknown): Result {
  if (!(error instanceof TwilioError)) throw error;
  const { code, message, status } = error;
  const body = errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status);
  return { status, headers: noHeaders, body: bodyOf(body) };
}
