import { createHash } from 'node:crypto';
import type { CallNotes } from '../../../core/operation.js';
import { formatDatetime } from '../../../util/datetime.js';
import { detach } from '../../../util/detach.js';
import type { Receiver, Verdict, WorldEvent } from '../kernel/event.js';
import type { WebhookOutlet, WebhookSource } from '../kernel/world-session.js';
import type { DeliveryKeeper, KeptDelivery, NewDelivery } from './keeper.js';
import { DeliveryQueues, type DropReason } from './queue.js';
import { Outbox, type Attempt, type Delivery, type DeliveryState, type WebhookFault } from './outbox.js';
import { isWorthRetrying, overridesOf, parametersOf, proceed, verdictOf, withQuery, type Overrides } from './rules.js';
import { noResponseOf, type Limits, type NoResponse, type WebhookResponse, type WebhookSender } from './sender.js';
import { sign } from './signature.js';

/** Faults that a test injects into deliveries. */
export interface WebhookFaults {
  /** The fault for the next delivery of an event; `undefined` to deliver as usual. Delay in milliseconds. */
  webhookFault(event: string, account: string): WebhookFault | undefined;
}

export interface WebhooksOptions {
  readonly sender: WebhookSender;
  /** Signs the requests; absent: the password of the account's latest caller does. */
  readonly authToken?: string | undefined;
  readonly faults?: WebhookFaults | undefined;
  /** Keeps what waits outside memory; absent: nothing does. */
  readonly keeper?: DeliveryKeeper | undefined;
  /** Called for each delivery that is given up before it was sent. */
  readonly onDrop?: ((drop: DroppedDelivery) => void) | undefined;
}

export interface DroppedDelivery {
  readonly account: string;
  readonly reason: DropReason;
  /** The number of dropped deliveries of the world so far. */
  readonly total: number;
}

/**
 * Signs and sends the webhooks of a world, and records every delivery in an outbox. Post-action events are delivered
 * outside the caller's request, in order for each receiver and subject.
 */
export class Webhooks implements WebhookOutlet {
  readonly outbox = new Outbox();
  readonly #queues: DeliveryQueues;
  #dropped = 0;
  #tokens = 0;
  /** The number of pre-action webhooks that have not responded yet. */
  #pending = 0;
  #isClosed = false;

  constructor(
    readonly source: WebhookSource,
    readonly options: WebhooksOptions,
  ) {
    this.#queues = new DeliveryQueues(options.sender.targets, (id, reason) => this.#drop(id, reason));
  }

  get isBusy(): boolean {
    return !this.#queues.isEmpty || this.#pending > 0;
  }

  /** Resolves when all queued deliveries have been made. */
  async idle(): Promise<void> {
    await this.#queues.idle();
  }

  /** Drops the deliveries that wait. Returns how many there were. */
  flush(): number {
    return this.#queues.flush();
  }

  clear(): void {
    this.outbox.clear();
  }

  publish(event: WorldEvent, receivers: readonly Receiver[], cause?: CallNotes): void {
    for (const receiver of receivers) {
      const delivery = this.#add(event, receiver, cause);
      if (delivery.state !== 'waiting') continue;
      const queue = `${receiver.owner} ${event.subject ?? ''}`;
      this.options.keeper?.keep(this.#account, { delivery, queue });
      this.#queue(delivery, queue);
    }
  }

  /** Makes the deliveries that another server did not make. */
  resume(kept: Iterable<KeptDelivery>): void {
    for (const { delivery, queue } of kept) this.#queue(this.outbox.add(delivery), queue);
  }

  close(): void {
    this.#isClosed = true;
    this.#queues.flush();
  }

  get #account(): string {
    return this.source.world().account;
  }

  /** Without a response in time the action proceeds (documentation). */
  async runPreHook(event: WorldEvent, hook: Receiver, cause: CallNotes): Promise<Verdict> {
    const { sender } = this.options;
    const delivery = this.#add(event, hook, cause);
    const { lose = false, delay = 0 } = delivery.fault ?? {};
    if (lose) {
      this.outbox.record(delivery.id, 'lost');
      return proceed;
    }
    // The caller waits for the response, but never longer than the timeout.
    const { timeoutMs } = sender.targets;
    if (delay > 0) await pause(Math.min(delay, timeoutMs));
    this.#pending += 1;
    const { limits } = this.#overridesOf(delivery);
    const response = await this.#attempt(delivery, 0, { ...limits, total: Math.min(limits.total, timeoutMs) });
    this.#pending -= 1;
    return typeof response === 'string' ? proceed : verdictOf(response);
  }

  /** Repeats a delivery as a retry: the same token, a higher count. */
  async redeliver(id: number): Promise<Delivery | undefined> {
    const delivery = this.outbox.get(id);
    if (delivery === undefined || delivery.url === '') return delivery;
    await this.#attempt(delivery, delivery.attempts.length, this.#overridesOf(delivery).limits);
    return this.outbox.get(id);
  }

  /** The same in every run of the same calls. */
  #token(): string {
    this.#tokens += 1;
    const { key } = this.source.world().sids;
    const prefix = this.options.keeper?.tokenPrefix(this.#account) ?? '';
    const hex = createHash('sha256').update(`${key} delivery ${prefix}${this.#tokens}`).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  #add(event: WorldEvent, receiver: Receiver, cause?: CallNotes): Delivery {
    const { target, url: configured, isProviders = false, method, webhookSid } = receiver;
    const { sender, faults } = this.options;
    const parameters = parametersOf(this.#account, event);
    const url = isProviders && !sender.isRedirected(configured) ? '' : configured;
    const calledUrl = sender.calledUrl(url);
    const state: DeliveryState = url === '' ? 'noted' : sender.isAllowed(calledUrl) ? 'waiting' : 'refused';
    const fields: NewDelivery = {
      time: formatDatetime(this.source.clock.now()),
      queued: systemTime(),
      event: event.type,
      target,
      webhookSid,
      conversationSid: event.subject ?? null,
      url,
      calledUrl,
      method: method === 'GET' ? ('GET' as const) : ('POST' as const),
      parameters,
      idempotencyToken: this.#token(),
      state,
      fault: state === 'waiting' ? (faults?.webhookFault(event.type, this.#account) ?? null) : null,
    };
    return this.outbox.add(fields, cause);
  }

  #queue(delivery: Delivery, queue: string): void {
    if (this.#isClosed) return;
    const { fault } = delivery;
    if (fault?.lose === true) {
      this.outbox.record(delivery.id, 'lost');
      this.#forget(delivery);
      return;
    }
    const { delay, times = 1 } = fault ?? {};
    const send = async (start: () => boolean): Promise<void> => {
      if (delay !== undefined) await pause(delay);
      if (!(await this.#isStored())) return;
      // oxlint-disable-next-line no-await-in-loop -- a repetition comes after the first delivery
      for (let time = 0; time < times; time += 1) await this.#deliver(delivery, time === 0 ? start : undefined);
      this.#forget(delivery);
    };
    // A delayed delivery leaves its queue, so that later ones overtake it.
    const key = delay === undefined ? queue : `${queue} delayed ${delivery.id}`;
    this.#queues.add(key, { id: delivery.id, since: performance.now() + (delay ?? 0), send });
  }

  /** Whether the change that fired a delivery is stored, so that it may be sent. */
  async #isStored(): Promise<boolean> {
    return this.options.keeper === undefined || (await this.options.keeper.isStored(this.#account));
  }

  #forget({ idempotencyToken }: Pick<Delivery, 'idempotencyToken'>): void {
    if (!this.#isClosed) this.options.keeper?.forget(this.#account, idempotencyToken);
  }

  #drop(id: number, reason: DropReason): void {
    if (this.#isClosed) return;
    const delivery = this.outbox.get(id);
    if (delivery !== undefined) this.#forget(delivery);
    this.#dropped += 1;
    this.outbox.drop(id, reason);
    this.options.onDrop?.({ account: this.#account, reason, total: this.#dropped });
  }

  async #deliver(delivery: Delivery, start: () => boolean = () => true): Promise<void> {
    const { retries, policies, limits } = this.#overridesOf(delivery);
    const { sender } = this.options;
    try {
      await sender.inTurn(delivery.calledUrl, async () => {
        if (!start()) return;
        const end = performance.now() + limits.total;
        let { total } = limits;
        for (let count = 0; count <= retries && total >= SHORTEST_ATTEMPT; count += 1) {
          const outcome = await this.#attempt(delivery, count, { ...limits, total });
          if (!isWorthRetrying(outcome, policies)) return;
          total = Math.floor(end - performance.now());
        }
      });
    } catch (error) {
      // The code that sends could not be loaded.
      this.#recordFailure(delivery, (error as Error).message);
    }
  }

  #recordFailure({ id }: Delivery, error: string): void {
    const time = formatDatetime(this.source.clock.now());
    const attempt = { time, started: systemTime(), milliseconds: 0, status: null, error, answer: '', signature: '' };
    this.outbox.record(id, 'failed', attempt);
  }

  #overridesOf({ url }: Delivery): Overrides {
    return overridesOf(url, this.options.sender.targets.timeoutMs);
  }

  /** Makes one request. Never throws: failures are recorded in the outbox. */
  async #attempt(delivery: Delivery, retryCount: number, limits: Limits): Promise<WebhookResponse | NoResponse> {
    const { sender, authToken } = this.options;
    if (!sender.isAllowed(delivery.calledUrl)) return 'ct';
    const form = new Map(Object.entries({ ...delivery.parameters, RetryCount: String(retryCount) }));
    const isPost = delivery.method === 'POST';
    const signedUrl = isPost ? delivery.url : withQuery(delivery.url, form);
    const signature = sign(authToken ?? this.source.password(), signedUrl, isPost ? form : undefined);
    const started = systemTime();
    const record = (state: 'delivered' | 'failed', outcome: Pick<Attempt, 'status' | 'error' | 'answer'>): void =>
      this.outbox.record(delivery.id, state, {
        time: formatDatetime(this.source.clock.now()),
        ...outcome,
        started,
        milliseconds: Math.round((systemTime() - started) * 100) / 100,
        signature,
      });
    try {
      const request = {
        url: isPost ? delivery.calledUrl : withQuery(delivery.calledUrl, form),
        method: delivery.method,
        headers: {
          'x-twilio-signature': signature,
          'i-twilio-idempotency-token': delivery.idempotencyToken,
          ...(isPost ? { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } : {}),
        },
        body: isPost ? new URLSearchParams([...form]).toString() : undefined,
      };
      const response = await sender.send(request, limits);
      record(response.status < 400 ? 'delivered' : 'failed', {
        status: response.status,
        error: null,
        answer: detach(response.body.slice(0, 2000)),
      });
      return response;
    } catch (error) {
      record('failed', { status: null, error: (error as Error).message, answer: '' });
      return noResponseOf(error);
    }
  }
}

/** In milliseconds. A timer may fire a little early, which leaves no time for another attempt. */
const SHORTEST_ATTEMPT = 5;

/** Milliseconds since 1970, with decimals; always runs, unlike a world's clock. */
const systemTime = (): number => performance.timeOrigin + performance.now();

function pause(milliseconds: number): Promise<void> {
  // A delayed webhook must not keep the process running.
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
