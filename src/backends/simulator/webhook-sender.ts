import type { Agent } from 'undici';
import { isLoopback } from '../../loopback.js';

/** Twilio waits no longer for a webhook's answer (documentation). */
export const WEBHOOK_PATIENCE = 5000;
/** An answer is only looked at for the few fields of a pre-action hook. */
const LONGEST_ANSWER = 64 * 1024;

/** Where webhooks may go, and where they are sent instead. */
export interface WebhookTargets {
  /** Hosts beside this machine that may be called. */
  readonly allow: readonly string[];
  /** `FROM` at the beginning of a URL is replaced by `TO`; the original is what is signed. */
  readonly map: readonly { readonly from: string; readonly to: string }[];
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
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
  #agent: Agent | undefined;
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

  /** @throws when there is no whole answer in time */
  async send({ url, method, headers, body }: OutgoingWebhook): Promise<WebhookAnswer> {
    const { patience } = this.targets;
    const signal = AbortSignal.timeout(patience);
    // Loaded with the first webhook, as it is large and most runs have none.
    const { Agent, request } = await import('undici');
    if (this.#isClosed) throw new Error('understudy has stopped');
    this.#agent ??= new Agent({
      connections: 16,
      connect: { timeout: patience },
      headersTimeout: patience,
      bodyTimeout: patience,
    });
    const answer = await request(url, {
      dispatcher: this.#agent,
      method,
      headers: { 'user-agent': 'TwilioProxy/1.1', accept: '*/*', ...headers },
      body: body ?? null,
      signal,
    });
    let text = '';
    for await (const chunk of answer.body) {
      if (text.length < LONGEST_ANSWER) text += String(chunk);
    }
    return { status: answer.statusCode, body: text.slice(0, LONGEST_ANSWER) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#agent?.destroy();
  }
}
