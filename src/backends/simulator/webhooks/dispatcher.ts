import { createHash } from 'node:crypto';
import type { WorldClock } from '../kernel/clock.js';
import { serviceHook, type WorldEvent } from '../conversations/event.js';
import { formatDatetime } from '../../../util/datetime.js';
import { Outbox, type Attempt, type Delivery } from './outbox.js';
import type { ScopedWebhookRecord } from '../conversations/records.js';
import { scopedWebhooks, services } from '../conversations/tables.js';
import { sign } from './signature.js';
import { silenceOf, type WebhookAnswer, type WebhookSender } from './sender.js';
import {
  goOn,
  isWorthRetrying,
  overridesOf,
  parametersOf,
  verdictOf,
  wants,
  withQuery,
  type Limits,
  type Overrides,
  type Silence,
  type Verdict,
} from './rules.js';
import type { World } from '../kernel/world.js';

/** Rules of a test that disturb deliveries; see faults. */
export interface WebhookFaults {
  /** `undefined`: deliver as usual. */
  disturb(
    event: string,
    account: string,
  ): { readonly lose?: boolean; readonly times?: number; readonly delay?: number } | undefined;
}

/**
 * A world's webhooks: who hears of which event, how it is signed and sent, and the outbox of what was sent.
 * Post-action events are delivered outside the caller's request, in order within a conversation.
 */
export class Webhooks {
  readonly outbox = new Outbox();
  /** The end of the queue of each conversation that has one. */
  readonly #queues = new Map<string, Promise<void>>();
  #tokens = 0;
  /** Pre-action hooks that have not answered yet. */
  #asked = 0;

  constructor(
    readonly currentWorld: () => World,
    readonly clock: WorldClock,
    readonly sender: WebhookSender,
    readonly authToken: () => string,
    readonly faults?: WebhookFaults,
  ) {}

  get world(): World {
    return this.currentWorld();
  }

  /** Whether an app is being told or asked at this moment. */
  get isBusy(): boolean {
    return this.#queues.size > 0 || this.#asked > 0;
  }

  /** Resolves when everything that was to be delivered has been. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
  }

  /** Tells a post-action event to everybody who asked for it. */
  tell(event: WorldEvent): void {
    const service = this.world.records(services).get(event.serviceSid);
    const url = service === undefined ? undefined : serviceHook(service, 'post', event.type);
    if (service !== undefined && url !== undefined && event.only === undefined) {
      this.#queue(this.#add(event, 'service-post', url, service.webhooks.method ?? 'POST', null));
    }
    if (event.conversationSid === undefined) return;
    for (const hook of this.world.records(scopedWebhooks).list('conversation', event.conversationSid)) {
      if ((event.only ?? hook.sid) === hook.sid && wants(hook, event)) this.#tellScoped(hook, event);
    }
  }

  /** Asks the service's pre-action hook, if it wants to be asked. No answer in time: the action goes on (documentation). */
  async ask(event: WorldEvent): Promise<Verdict> {
    const service = this.world.records(services).get(event.serviceSid);
    const url = service === undefined ? undefined : serviceHook(service, 'pre', event.type);
    if (service === undefined || url === undefined) return goOn;
    const delivery = this.#add(event, 'service-pre', url, service.webhooks.method ?? 'POST', null);
    const { lose = false, delay = 0 } = this.faults?.disturb(event.type, this.world.account) ?? {};
    if (lose) {
      this.outbox.note(delivery.id, 'lost');
      return goOn;
    }
    // The caller waits for the answer, and for no longer than it may take.
    const { timeoutMs } = this.sender.targets;
    if (delay > 0) await pause(Math.min(delay, timeoutMs));
    this.#asked += 1;
    const { limits } = this.#overridesOf(delivery);
    const answer = await this.#attempt(delivery, 0, { ...limits, total: Math.min(limits.total, timeoutMs) });
    this.#asked -= 1;
    return typeof answer === 'string' ? goOn : verdictOf(answer);
  }

  /** Sends a delivery again, as a retry of it: same token, higher count. */
  async redeliver(id: number): Promise<Delivery | undefined> {
    const delivery = this.outbox.get(id);
    if (delivery === undefined || delivery.target === 'studio') return delivery;
    await this.#attempt(delivery, delivery.attempts.length, this.#overridesOf(delivery).limits);
    return this.outbox.get(id);
  }

  /** The same in every run of the same calls. */
  #token(): string {
    this.#tokens += 1;
    const hex = createHash('sha256').update(`${this.world.sids.key} delivery ${this.#tokens}`).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  #tellScoped(hook: ScopedWebhookRecord, event: WorldEvent): void {
    const { url = '', method = 'post' } = hook.configuration;
    this.#queue(this.#add(event, hook.target, url, method.toUpperCase(), hook.sid));
  }

  #add(
    event: WorldEvent,
    target: Delivery['target'],
    url: string,
    method: string,
    webhookSid: string | null,
  ): Delivery {
    const parameters = parametersOf(this.world.account, event);
    const calledUrl = this.sender.calledUrl(url);
    const state = target === 'studio' ? 'noted' : this.sender.isAllowed(calledUrl) ? 'waiting' : 'refused';
    return this.outbox.add({
      time: formatDatetime(this.clock.now()),
      event: event.type,
      target,
      webhookSid,
      conversationSid: event.conversationSid ?? null,
      url,
      calledUrl,
      method: method === 'GET' ? 'GET' : 'POST',
      parameters,
      idempotencyToken: this.#token(),
      state,
    });
  }

  #queue(delivery: Delivery): void {
    if (delivery.state !== 'waiting') return;
    const disturbance = this.faults?.disturb(delivery.event, this.world.account);
    if (disturbance?.lose === true) {
      this.outbox.note(delivery.id, 'lost');
      return;
    }
    const key = delivery.conversationSid ?? '';
    const send = async (): Promise<void> => {
      for (let time = 0; time < (disturbance?.times ?? 1); time += 1) await this.#deliver(delivery);
    };
    // A late one leaves the queue, so that later ones overtake it.
    const before = disturbance?.delay === undefined ? this.#queues.get(key) : pause(disturbance.delay);
    const end = (before ?? Promise.resolve()).then(send);
    const place = disturbance?.delay === undefined ? key : `${key} late ${delivery.id}`;
    this.#queues.set(place, end);
    void end.finally(() => {
      if (this.#queues.get(place) === end) this.#queues.delete(place);
    });
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { retries, policies, limits } = this.#overridesOf(delivery);
    await this.sender.inTurn(delivery.calledUrl, async () => {
      const end = Date.now() + limits.total;
      for (let count = 0, total = limits.total; count <= retries && total > 0; count += 1, total = end - Date.now()) {
        const outcome = await this.#attempt(delivery, count, { ...limits, total });
        if (!isWorthRetrying(outcome, policies)) return;
      }
    });
  }

  #overridesOf({ url }: Delivery): Overrides {
    return overridesOf(url, this.sender.targets.timeoutMs);
  }

  /** One request. Never throws: what went wrong is in the outbox. */
  async #attempt(delivery: Delivery, retryCount: number, limits: Limits): Promise<WebhookAnswer | Silence> {
    if (!this.sender.isAllowed(delivery.calledUrl)) return 'ct';
    const form = new Map(Object.entries({ ...delivery.parameters, RetryCount: String(retryCount) }));
    const isPost = delivery.method === 'POST';
    const signedUrl = isPost ? delivery.url : withQuery(delivery.url, form);
    const signature = sign(this.authToken(), signedUrl, isPost ? form : undefined);
    const started = Date.now();
    const note = (state: 'delivered' | 'failed', outcome: Pick<Attempt, 'status' | 'error' | 'answer'>): void =>
      this.outbox.note(delivery.id, state, {
        time: formatDatetime(this.clock.now()),
        ...outcome,
        milliseconds: Date.now() - started,
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
      const answer = await this.sender.send(request, limits);
      const delivered = answer.status < 400;
      note(delivered ? 'delivered' : 'failed', {
        status: answer.status,
        error: null,
        answer: answer.body.slice(0, 2000),
      });
      return answer;
    } catch (error) {
      note('failed', { status: null, error: (error as Error).message, answer: '' });
      return silenceOf(error);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  // Nothing keeps a process alive for the sake of a late webhook.
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
