import type { BulkheadPolicy } from 'cockatiel';
import type { Agent } from 'undici';
import { isLoopback } from '../../../util/loopback.js';
import type { Limits, Silence } from './rules.js';

/** Twilio waits no longer for a webhook's answer (documentation). */
export const WEBHOOK_TIMEOUT_MS = 5000;
/** An answer is only looked at for the few fields of a pre-action hook. */
const LONGEST_ANSWER = 64 * 1024;
/** How many webhooks one host is sent at a time, apart from those that callers wait for. */
const AT_ONCE = 16;

/** Where webhooks may go, and where they are sent instead. */
export interface WebhookTargets {
  /** Hosts beside this machine that may be called. */
  readonly allow: readonly string[];
  /** `FROM` at the beginning of a URL is replaced by `TO`; the original is what is signed. */
  readonly map: readonly { readonly from: string; readonly to: string }[];
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

export interface OutgoingWebhook {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: string;
}

/** Whether a URL begins with another, in whole parts: `https://a.example` is not the beginning of `https://a.example.org`. */
function isBelow(url: string, beginning: string): boolean {
  return url.startsWith(beginning) && (beginning.endsWith('/') || /^(?:[/?#]|$)/.test(url.slice(beginning.length)));
}

/** Calls webhooks. Bounded in connections, time and size; follows no redirect. */
export class WebhookSender {
  /** By how long they take to connect; as many as webhooks' URLs ask for, of which there are few. */
  readonly #agents = new Map<number, Agent>();

  /** By host. */
  readonly #turns = new Map<string, BulkheadPolicy>();
  #isClosed = false;

  constructor(readonly targets: WebhookTargets) {}

  /** The URL that is called for a configured one. */
  calledUrl(url: string): string {
    const rule = this.targets.map.find(({ from }) => isBelow(url, from));
    return (rule === undefined ? url : rule.to + url.slice(rule.from.length)).replace(/#.*$/s, '');
  }

  /** An emulator must not become a way into somebody's network: this machine, or what was allowed by name. */
  isAllowed(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { hostname } = new URL(url);
    return isLoopback(hostname) || this.targets.allow.includes(hostname.toLowerCase());
  }

  /** Does something for a URL when it is its turn: the wait for that is none of the app's time. */
  async inTurn(url: string, act: () => Promise<void>): Promise<void> {
    const { bulkhead } = await import('cockatiel');
    const { host } = new URL(url);
    const turns = this.#turns.get(host) ?? bulkhead(AT_ONCE, Infinity);
    this.#turns.set(host, turns);
    try {
      await turns.execute(act);
    } finally {
      if (turns.executionSlots === AT_ONCE) this.#turns.delete(host);
    }
  }

  /** @throws when there is no whole answer in time */
  async send({ url, method, headers, body }: OutgoingWebhook, limits: Limits): Promise<WebhookAnswer> {
    // Loaded with the first webhook, as it is large and most runs have none.
    const undici = await import('undici');
    if (this.#isClosed) throw new Error('understudy has stopped');
    const answer = await undici.request(url, {
      dispatcher: this.#agentFor(limits.connect, undici),
      headersTimeout: limits.read,
      bodyTimeout: limits.read,
      method,
      headers: { 'user-agent': 'TwilioProxy/1.1', accept: '*/*', ...headers },
      body: body ?? null,
      signal: AbortSignal.timeout(limits.total),
    });
    let text = '';
    for await (const chunk of answer.body) {
      if (text.length < LONGEST_ANSWER) text += String(chunk);
    }
    return { status: answer.statusCode, body: text.slice(0, LONGEST_ANSWER) };
  }

  #agentFor(timeout: number, { Agent: Pooled }: typeof import('undici')): Agent {
    let agent = this.#agents.get(timeout);
    if (agent === undefined) {
      // No connection is used twice: an app that closes an idle one at the wrong moment would lose a webhook.
      agent = new Pooled({ pipelining: 0, connect: { timeout } });
      this.#agents.set(timeout, agent);
    }
    return agent;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }
}

/** What kind of silence an error of `send` tells of. */
export function silenceOf(error: unknown): Silence {
  const { name, code } = error as { name?: string; code?: string };
  const isLate = name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return isLate ? 'rt' : 'ct';
}
