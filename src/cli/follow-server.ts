import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../core/body.js';
import type { Exchange } from '../core/operation.js';
import { type Connection, requestJson, sendTo } from './running-understudy.js';
import type { Style } from './style.js';
import { formatDelivery, formatExchange, type ShownDelivery } from './tail-lines.js';

export interface Follower {
  readonly style: Style;
  readonly print: (line: string) => void;
  /** Reports a lost connection. */
  readonly warn: (line: string) => void;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

export interface TailSettings extends Connection {
  /** How many past requests are printed first. */
  readonly lines: number;
  readonly json: boolean;
  readonly webhooks: boolean;
  readonly errors: boolean;
  readonly operation?: string | undefined;
  readonly surface?: string | undefined;
  readonly status?: number | undefined;
  readonly text?: string | undefined;
}

const RECONNECT_MS = 1000;
const MAX_EXCHANGES = 1000;

/**
 * Prints the requests and webhooks of a running server until the signal aborts. A lost connection is tried again.
 * @throws UnderstudyError if the server cannot be reached at the start, or refuses
 */
export async function followServer(settings: TailSettings, follower: Follower): Promise<void> {
  const { signal, warn } = follower;
  const tailing = new Tailing(settings, follower);
  await tailing.start();
  while (!signal.aborted) {
    try {
      await tailing.follow();
    } catch {
      // Reported below, like a stream that ends.
    }
    if (signal.aborted) return;
    warn(`connection to ${settings.url} lost: trying again every ${RECONNECT_MS / 1000} s`);
    // At least once: a server or a proxy may respond, and yet end the stream at once.
    do await wait(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted && !(await tailing.isReachable()));
    if (!signal.aborted) warn('connected again');
  }
}

class Tailing {
  #lastExchange = 0;
  #lastDelivery = 0;
  /** Deliveries that are not complete yet. */
  readonly #waiting = new Set<number>();
  #hasWebhooks = false;

  constructor(
    readonly settings: TailSettings,
    readonly follower: Follower,
  ) {}

  /** Prints the last requests. */
  async start(): Promise<void> {
    const { lines, webhooks } = this.settings;
    const { mode } = await requestJson(this.settings, '/health');
    this.#hasWebhooks = webhooks && mode === 'simulate';
    const [newest] = await this.#listExchanges({ limit: 1 });
    this.#lastExchange = newest?.id ?? 0;
    if (lines > 0 && newest !== undefined) {
      // A request that arrives meanwhile is printed as a new one.
      const past = { limit: lines, before: newest.id + 1, ...this.#filter() };
      for (const each of await this.#listExchanges(past)) this.#show(each);
    }
    if (!this.#hasWebhooks) return;
    this.#lastDelivery = (await this.#listDeliveries({ limit: 1 })).at(-1)?.id ?? 0;
  }

  /** Follows the event stream until it ends. Each event is a reason to look for what is new. */
  async follow(): Promise<void> {
    const { signal } = this.follower;
    await this.#noticeRestart();
    const response = await sendTo(this.settings, '/events', { signal });
    if (response.body === null) return;
    const stream = Readable.fromWeb(response.body, { signal });
    for await (const line of createInterface({ input: stream })) {
      if (line.startsWith('data:')) await this.#printNew();
    }
  }

  /** A server that was started again counts from 1. */
  async #noticeRestart(): Promise<void> {
    const [newest] = await this.#listExchanges({ limit: 1 });
    if ((newest?.id ?? 0) < this.#lastExchange) this.#lastExchange = 0;
    if (!this.#hasWebhooks) return;
    const newestDelivery = (await this.#listDeliveries({ limit: 1 })).at(-1)?.id ?? 0;
    if (newestDelivery >= this.#lastDelivery) return;
    this.#lastDelivery = 0;
    this.#waiting.clear();
  }

  async isReachable(): Promise<boolean> {
    const reachable = await requestJson(this.settings, '/health').catch(() => undefined);
    return reachable !== undefined;
  }

  async #printNew(): Promise<void> {
    const found = await this.#listExchanges({ after: this.#lastExchange, limit: MAX_EXCHANGES });
    this.#lastExchange = found.at(-1)?.id ?? this.#lastExchange;
    const selected = await this.#select(found);
    for (const exchange of selected) this.#show(exchange);
    if (this.#hasWebhooks) await this.#printDeliveries();
  }

  /** The server's own filter decides which exchanges match. */
  async #select(found: readonly Exchange[]): Promise<readonly Exchange[]> {
    const filter = this.#filter();
    if (found.length === 0 || Object.keys(filter).length === 0) return found;
    const ids = JSON.stringify(found.map(({ id }) => id));
    return this.#listExchanges({ ids, limit: MAX_EXCHANGES, ...filter });
  }

  async #printDeliveries(): Promise<void> {
    const oldest = Math.min(this.#lastDelivery, ...[...this.#waiting].map((id) => id - 1));
    for (const delivery of await this.#listDeliveries({ after: oldest })) {
      const { id, state } = delivery;
      const isNew = id > this.#lastDelivery;
      if (!isNew && !this.#waiting.has(id)) continue;
      if (isNew) this.#lastDelivery = id;
      if (state === 'waiting') this.#waiting.add(id);
      else {
        this.#waiting.delete(id);
        this.#showDelivery(delivery);
      }
    }
  }

  #filter(): Record<string, string | number> {
    const { operation, surface, status, text, world } = this.settings;
    const all = { operation, surface, status, text, world };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
    );
  }

  #show(exchange: Exchange): void {
    const { json, errors } = this.settings;
    if (errors && exchange.status < 400) return;
    const { print, style } = this.follower;
    print(json ? JSON.stringify({ kind: 'request', ...exchange }) : formatExchange(exchange, style));
  }

  #showDelivery(delivery: ShownDelivery): void {
    const { json, errors } = this.settings;
    if (errors && delivery.state === 'delivered') return;
    const { print, style } = this.follower;
    print(json ? JSON.stringify({ kind: 'webhook', ...delivery }) : formatDelivery(delivery, style));
  }

  async #listExchanges(query: object): Promise<readonly Exchange[]> {
    return (await this.#run('/journal/list', query))['exchanges'] as unknown as readonly Exchange[];
  }

  async #listDeliveries(query: object): Promise<readonly ShownDelivery[]> {
    return (await this.#run('/webhooks/list', query))['deliveries'] as unknown as readonly ShownDelivery[];
  }

  #run(path: string, query: object): Promise<JsonObject> {
    const form = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return requestJson(this.settings, path, { form });
  }
}
