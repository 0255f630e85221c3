import type { BulkheadPolicy } from 'cockatiel';
import type { Agent } from 'undici';
import { lazyCode } from '../../../util/load-code.js';
import type { WebhookTargets } from './targets.js';
import { isLoopback } from '../../../util/loopback.js';

// On first use: undici is large, and most runs send no webhooks.
const loadUndici = lazyCode(() => import('undici'));
const loadCockatiel = lazyCode(() => import('cockatiel'));

/** In characters. Only the few fields of a pre-action webhook's response are used. */
const MAX_RESPONSE = 64 * 1024;
/** Concurrent requests to one host, apart from pre-action webhooks, for which callers wait. */
const MAX_CONCURRENT = 16;

export interface WebhookRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface WebhookResponse {
  readonly status: number;
  readonly body: string;
}

/** Time limits of a webhook request, in milliseconds. */
export interface Limits {
  readonly connect: number;
  /** Until the response begins, and between two parts of it. */
  readonly read: number;
  /** For all attempts together. */
  readonly total: number;
}

/** Why there was no response, by the names of retry policies: `ct` no connection, `rt` no response in time. */
export type NoResponse = 'ct' | 'rt';

/** Whether a URL begins with another, in whole components: `https://a.example.org` does not begin with `https://a.example`. */
function isBelow(url: string, base: string): boolean {
  return url.startsWith(base) && (base.endsWith('/') || /^(?:[/?#]|$)/.test(url.slice(base.length)));
}

/** Sends webhook requests, with limits on connections, time and size. Follows no redirects. */
export class WebhookSender {
  /** By connect timeout. Few webhook URLs set one. */
  readonly #agents = new Map<number, Agent>();
  /** By host. */
  readonly #bulkheads = new Map<string, BulkheadPolicy>();
  #isClosed = false;

  constructor(readonly targets: WebhookTargets) {}

  /** The URL to call for a configured one. */
  calledUrl(url: string): string {
    const rule = this.#ruleFor(url);
    return (rule === undefined ? url : rule.to + url.slice(rule.from.length)).replace(/#.*$/s, '');
  }

  isRedirected(url: string): boolean {
    return this.#ruleFor(url) !== undefined;
  }

  #ruleFor(url: string): WebhookTargets['map'][number] | undefined {
    return this.targets.map.find(({ from }) => isBelow(url, from));
  }

  /** Only this machine and the allowed hosts may be called, so that the simulator opens no way into a network. */
  isAllowed(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { hostname } = new URL(url);
    return isLoopback(hostname) || this.targets.allow.includes(hostname.toLowerCase());
  }

  /** Runs an action when the host of a URL has a free slot. Time spent waiting for it does not count as response time. */
  async inTurn(url: string, act: () => Promise<void>): Promise<void> {
    const { bulkhead } = await loadCockatiel();
    const { host } = new URL(url);
    const slots = this.#bulkheads.get(host) ?? bulkhead(MAX_CONCURRENT, Infinity);
    this.#bulkheads.set(host, slots);
    try {
      await slots.execute(act);
    } finally {
      if (slots.executionSlots === MAX_CONCURRENT) this.#bulkheads.delete(host);
    }
  }

  /** @throws when there is no complete response in time */
  async send({ url, method, headers, body }: WebhookRequest, limits: Limits): Promise<WebhookResponse> {
    const undici = await loadUndici();
    if (this.#isClosed) throw new Error('understudy has stopped');
    const response = await undici.request(url, {
      dispatcher: this.#agentFor(limits.connect, undici),
      headersTimeout: limits.read,
      bodyTimeout: limits.read,
      method,
      headers: { 'user-agent': 'TwilioProxy/1.1', accept: '*/*', ...headers },
      body: body ?? null,
      signal: AbortSignal.timeout(limits.total),
    });
    let text = '';
    for await (const chunk of response.body) {
      if (text.length < MAX_RESPONSE) text += String(chunk);
    }
    return { status: response.statusCode, body: text.slice(0, MAX_RESPONSE) };
  }

  #agentFor(timeout: number, { Agent: UndiciAgent }: typeof import('undici')): Agent {
    let agent = this.#agents.get(timeout);
    if (agent === undefined) {
      // Connections are not reused: an app that closes an idle one at the wrong time would lose a webhook.
      agent = new UndiciAgent({ pipelining: 0, connect: { timeout } });
      this.#agents.set(timeout, agent);
    }
    return agent;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }
}

/** Why a request had no response, from the error of `send`. */
export function noResponseOf(error: unknown): NoResponse {
  const { name, code } = error as { name?: string; code?: string };
  const isTimeout = name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return isTimeout ? 'rt' : 'ct';
}
