import type { Call } from '../../../core/operation.js';
import { mapMaybe, type MaybePromise } from '../../../core/maybe-promise.js';
import type { WorldClock } from './clock.js';
import { Context, type Cause, type Paths } from './context.js';
import { nextDue } from '../conversations/due.js';
import { serviceHook } from '../conversations/event.js';
import { services } from '../conversations/tables.js';
import type { Handler, Proposal, Reply } from './handler.js';
import { handlerOf } from '../conversations/product.js';
import { Timeline } from './timeline.js';
import { refuse } from './twilio-error.js';
import type { WebhookSender } from '../webhooks/sender.js';
import { Webhooks, type WebhookFaults } from '../webhooks/dispatcher.js';
import type { World } from './world.js';

/** What a stage needs from outside. */
export interface StageParts {
  readonly paths: Paths;
  readonly sender: WebhookSender;
  /** The auth token that signs webhooks; absent: the password of whoever called last. */
  readonly authToken?: string | undefined;
  readonly faults?: WebhookFaults | undefined;
  /** Called when something happened by itself, so that it can be written to disk. */
  readonly changed: () => void;
  /** Told of what no caller can know of: deliveries, and what happened by itself. */
  readonly onWorldChange?: ((notice: WorldChangeEvent) => void) | undefined;
}

/** Something has changed in a world; `delivery` is the id of a webhook delivery. */
export interface WorldChangeEvent {
  readonly account: string;
  readonly delivery?: number;
}

const silent: Cause = { isSilent: true };

/** A world with what moves it: its clock, what is due, and its webhooks. */
export class Stage {
  readonly timeline: Timeline;
  readonly webhooks: Webhooks;
  #world: World;
  /** What signs webhooks where no auth token is configured: the password that the account's latest caller showed. */
  authToken = '';

  constructor(
    world: World,
    readonly clock: WorldClock,
    readonly parts: StageParts,
  ) {
    this.#world = world;
    this.webhooks = new Webhooks(
      () => this.#world,
      clock,
      parts.sender,
      () => parts.authToken ?? this.authToken,
      parts.faults,
    );
    this.timeline = new Timeline(
      clock,
      () => nextDue(this.#world),
      () => this.#changed(),
      () => this.webhooks.isBusy,
    );
    this.webhooks.outbox.watch(({ id }) => parts.onWorldChange?.({ account: this.#world.account, delivery: id }));
  }

  get world(): World {
    return this.#world;
  }

  serviceSids(): string[] {
    return [...this.#world.records(services).values()].map(({ sid }) => sid);
  }

  /** Puts another world on, e.g. from a snapshot. */
  replace(world: World): void {
    this.#world = world;
    this.timeline.arm();
  }

  /**
   * Does one thing and tells of it.
   * @throws TwilioError for a refusal; nothing has changed then
   */
  play(call: Call, cause: Cause = {}): MaybePromise<Reply> {
    const { credentials } = call.caller;
    // A caller may name another world than that of its own account.
    if (credentials?.user === this.#world.account) this.authToken = credentials.password;
    const handler = handlerOf(call.operation.name);
    const firesWebhooks = cause.source !== undefined || wantsWebhooks(call);
    const ctx = this.#context(call, firesWebhooks ? cause : silent);
    const act = (asked: Context): Reply => {
      const reply = this.#run(asked, handler, firesWebhooks);
      // Who only looks must not hold up an automatic clock.
      if (call.operation.method !== 'GET') this.timeline.arm();
      return reply;
    };
    return mapMaybe(firesWebhooks ? this.#ask(handler, ctx) : ctx, act);
  }

  /** Tells of what was done from outside, and waits for what it made due. */
  settle(): void {
    this.#changed();
    this.timeline.arm();
  }

  #changed(): void {
    this.#tellAll();
    this.parts.changed();
    this.parts.onWorldChange?.({ account: this.#world.account });
  }

  /** Tells of everything that has happened and was not told yet. */
  #tellAll(): void {
    for (const event of this.#world.takeEvents()) this.webhooks.tell(event);
  }

  #context(call: Call, cause: Cause): Context {
    return new Context(this.#world, this.parts.paths, call, cause);
  }

  #run(ctx: Context, handler: Handler, firesWebhooks: boolean): Reply {
    try {
      const reply = handler(ctx);
      for (const event of this.#world.takeEvents())
        if (firesWebhooks || event.only !== undefined) this.webhooks.tell(event);
      return reply;
    } finally {
      // What a silent write or a refused one would have told, nobody hears.
      this.#world.takeEvents();
    }
  }

  /** Lets the service's pre-action hook change or reject what is about to happen (documentation). */
  #ask(handler: Handler, ctx: Context): MaybePromise<Context> {
    const service = this.#world.records(services).get(ctx.path('ChatServiceSid'));
    if (handler.before === undefined || service?.webhooks.preWebhookUrl == null) return ctx;
    const proposal = handler.before(ctx);
    return serviceHook(service, 'pre', proposal.event.type) === undefined ? ctx : this.#judged(ctx, proposal);
  }

  async #judged(ctx: Context, { event, changeable }: Proposal): Promise<Context> {
    const verdict = await this.webhooks.ask(event);
    if (verdict.kind === 'reject') throw refuse(50056);
    const form = new Map(ctx.call.form);
    for (const [key, field] of Object.entries(verdict.kind === 'change' ? changeable : {})) {
      const value = verdict.kind === 'change' ? verdict.fields[key] : undefined;
      if (value !== undefined && value !== null)
        form.set(field, [typeof value === 'string' ? value : JSON.stringify(value)]);
    }
    // Much may have happened while the hook was thinking: the world is looked at anew.
    return this.#context({ ...ctx.call, form }, ctx.cause);
  }
}

/** REST writes are silent unless this header asks for webhooks (documentation). */
function wantsWebhooks({ headers }: Call): boolean {
  return headers.get('X-Twilio-Webhook-Enabled')?.toLowerCase() === 'true';
}
