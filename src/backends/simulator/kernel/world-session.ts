import type { Call, CallNotes, Operation } from '../../../core/operation.js';
import { mapMaybe, type MaybePromise } from '../../../core/maybe-promise.js';
import type { WorldClock } from './clock.js';
import { Context, type WriteOrigin } from './context.js';
import type { Receiver, Verdict, WorldEvent } from './event.js';
import type { Handler, Proposal, Reply } from './handler.js';
import type { Links } from './links.js';
import type { Product } from './product.js';
import { Timeline } from './timeline.js';
import type { World, WorldObserver } from './world.js';

/** Delivers the events of a world. */
export interface WebhookOutlet {
  /** Whether a delivery is queued or waits for its response. */
  readonly isBusy: boolean;
  /** Queues the deliveries of an event. `cause`: the call that fired it. */
  publish(event: WorldEvent, receivers: readonly Receiver[], cause?: CallNotes): void;
  /** Calls a pre-action webhook and waits for its response. */
  runPreHook(event: WorldEvent, hook: Receiver, cause: CallNotes): Promise<Verdict>;
  /** Gives up the deliveries that wait. Returns their number. */
  flush(): number;
  /** Forgets the deliveries made so far. */
  clear(): void;
  /** Sends nothing any more, because another server has the world. */
  close(): void;
}

/** What an outlet needs to know of its world. */
export interface WebhookSource {
  readonly clock: WorldClock;
  world(): World;
  /** The password of the account's latest caller; empty if there was none. */
  password(): string;
}

export interface SessionOptions<W extends WebhookOutlet> {
  readonly product: Product;
  readonly links: Links;
  readonly handlerOf: (operation: Operation) => Handler;
  readonly createWebhooks: (source: WebhookSource) => W;
  /** Called after a change that no call made, e.g. to save it. */
  readonly onChange: () => void;
  /** Called after a change that callers cannot know about. */
  readonly onWorldChange?: ((event: WorldChangeEvent) => void) | undefined;
}

/** A world has changed; `delivery` is the id of the webhook delivery that was added or updated. */
export interface WorldChangeEvent {
  readonly account: string;
  readonly delivery?: number;
}

/** Follows the records of a session's world. */
export interface WorldWatcher {
  readonly onChange: WorldObserver;
  /** Another world has taken the place of the one before, e.g. from a snapshot. */
  onReplace(before: World, after: World): void;
  /** The world has been deleted. */
  onRemove(): void;
}

const silent: WriteOrigin = { isSilent: true };

/** A world with what drives it: its clock, its timeline and its webhooks. */
export class WorldSession<W extends WebhookOutlet = WebhookOutlet> {
  readonly timeline: Timeline;
  readonly webhooks: W;
  #world: World;
  #isPrepared = false;
  /** The world's revision if it has only what every new world has. */
  #initialRevision: number | undefined;
  /** The number of writes in progress. */
  writes = 0;
  #watcher: WorldWatcher | undefined;
  /** Signs webhooks if no auth token is configured: the password of the account's latest caller. */
  password = '';

  constructor(
    world: World,
    readonly clock: WorldClock,
    readonly options: SessionOptions<W>,
  ) {
    const { product, createWebhooks } = options;
    this.#world = world;
    this.webhooks = createWebhooks({
      clock,
      world: () => this.#world,
      password: () => this.password,
    });
    this.timeline = new Timeline(
      clock,
      () => product.nextDue(this.#world),
      () => this.#changed(),
      () => this.webhooks.isBusy,
    );
  }

  get world(): World {
    return this.#world;
  }

  /** Whether the world has only what every new world has, or nothing. */
  get isInitial(): boolean {
    return this.#world.revision === this.#initialRevision || this.#world.isEmpty;
  }

  /** States that the world has only what every new world has, such as the records of the usual seed. */
  markInitial(): void {
    this.#initialRevision = this.#world.revision;
  }

  /** Replaces the world, e.g. by a snapshot. */
  replace(world: World): void {
    const before = this.#world;
    this.#world = world;
    this.#isPrepared = false;
    this.#initialRevision = undefined;
    this.timeline.arm();
    this.#observe();
    this.#watcher?.onReplace(before, world);
  }

  /** Costs nothing in a world without watchers. */
  watch(watcher: WorldWatcher): void {
    this.#watcher = watcher;
    this.#observe();
  }

  /** Ends the session of a deleted world. */
  end(): void {
    this.timeline.disarm();
    this.webhooks.flush();
    this.webhooks.clear();
    this.#watcher?.onRemove();
  }

  /** Ends the session of a world that is no longer in the memory of this server. */
  close(): void {
    this.timeline.disarm();
    this.webhooks.close();
    this.#watcher?.onRemove();
  }

  #observe(): void {
    this.#world.observer = this.#watcher?.onChange;
  }

  /** Continues after changes were taken back: prepares the world again, and waits for what is due again. */
  resume(): void {
    this.#isPrepared = false;
    this.timeline.arm();
  }

  /**
   * Answers a call and fires its webhooks.
   * @throws TwilioError for a refusal; nothing has changed then
   */
  answer(call: Call, writeOrigin: WriteOrigin = {}): MaybePromise<Reply> {
    this.catchUp();
    const { credentials } = call.caller;
    // A caller may use the world of another account.
    if (credentials?.user === this.#world.account) this.password = credentials.password;
    const handler = this.options.handlerOf(call.operation);
    const firesWebhooks = writeOrigin.source !== undefined || wantsWebhooks(call);
    const ctx = this.#context(call, firesWebhooks ? writeOrigin : silent);
    const act = (checked: Context): Reply => {
      const reply = this.#run(checked, handler, firesWebhooks);
      // Reads must not delay an automatic clock.
      if (call.operation.method !== 'GET') this.timeline.arm();
      return reply;
    };
    const hasPreHook = firesWebhooks && writeOrigin.skipsPreHook !== true;
    return mapMaybe(hasPreHook ? this.#runPreHook(handler, ctx) : ctx, act);
  }

  /** Adds what every world has, and runs what is due by now. */
  catchUp(): void {
    if (!this.#isPrepared) this.#prepare();
    this.timeline.catchUp();
  }

  /** To be called after a change from outside a call: fires its webhooks and waits for what it made due. */
  settle(): void {
    this.#changed();
    this.timeline.arm();
  }

  #prepare(): void {
    const { isInitial } = this;
    this.options.product.prepare(this.#world);
    this.#world.takeEvents();
    this.#isPrepared = true;
    if (isInitial) this.markInitial();
  }

  #changed(): void {
    for (const event of this.#world.takeEvents()) this.#deliveryOf(event)();
    this.options.onChange();
    this.options.onWorldChange?.({ account: this.#world.account });
  }

  #fire(event: WorldEvent, { writeOrigin, call }: Context): void {
    const deliver = this.#deliveryOf(event, call.notes);
    if (writeOrigin.holdDelivery === undefined) deliver();
    else writeOrigin.holdDelivery(deliver);
  }

  /** The delivery of an event to the webhooks that are configured now. */
  #deliveryOf(event: WorldEvent, cause?: CallNotes): () => void {
    const receivers = this.options.product.webhooks?.receivers(this.#world, event) ?? [];
    return () => this.webhooks.publish(event, receivers, cause);
  }

  #context(call: Call, writeOrigin: WriteOrigin): Context {
    return new Context(this.#world, this.options.links, call, writeOrigin);
  }

  #run(ctx: Context, handler: Handler, firesWebhooks: boolean): Reply {
    try {
      const reply = handler(ctx);
      const events = this.#world.takeEvents();
      for (const event of events) {
        if (event.isConsequence !== true && (firesWebhooks || event.only !== undefined)) this.#fire(event, ctx);
      }
      for (const event of events) if (event.isConsequence === true) this.#fire(event, ctx);
      return reply;
    } finally {
      // The events of a silent or refused write are dropped.
      this.#world.takeEvents();
    }
  }

  /** Lets a pre-action webhook change or reject the action (documentation). */
  #runPreHook({ preAction }: Handler, ctx: Context): MaybePromise<Context> {
    if (preAction === undefined) return ctx;
    const hook = this.options.product.webhooks?.preHook(ctx, preAction.eventType);
    return hook === undefined ? ctx : this.#applyVerdict(ctx, preAction.propose(ctx), hook);
  }

  async #applyVerdict(ctx: Context, { event, changeable }: Proposal, hook: Receiver): Promise<Context> {
    const verdict = await this.webhooks.runPreHook(event, hook, ctx.call.notes);
    const rejection = verdict.kind === 'reject' ? this.options.product.webhooks?.rejected() : undefined;
    if (rejection !== undefined) throw rejection;
    const form = new Map(ctx.call.form);
    for (const [key, field] of Object.entries(verdict.kind === 'change' ? changeable : {})) {
      const value = verdict.kind === 'change' ? verdict.fields[key] : undefined;
      if (value !== undefined && value !== null) {
        form.set(field, [typeof value === 'string' ? value : JSON.stringify(value)]);
      }
    }
    // The world may have changed or been replaced during the webhook, so build a new context.
    return this.#context({ ...ctx.call, form }, ctx.writeOrigin);
  }
}

/** REST writes fire no webhooks unless this header asks for it (documentation). */
function wantsWebhooks({ headers }: Call): boolean {
  return headers.get('X-Twilio-Webhook-Enabled')?.toLowerCase() === 'true';
}
