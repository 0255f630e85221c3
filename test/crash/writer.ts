import { basic } from '../helpers/understudy.js';

/** Reproducible random numbers from 0 to 1. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Message {
  readonly sid: string;
  readonly index: number;
  readonly body: string;
}

/** A write that was sent but not acknowledged. */
type PendingWrite =
  | { readonly kind: 'create'; readonly body: string }
  | { readonly kind: 'update'; readonly sid: string; readonly body: string }
  | { readonly kind: 'delete'; readonly sid: string };

/**
 * Writes to its own conversation, one write at a time, and remembers each response. After a crash, all acknowledged writes
 * must be present; the one pending write may have been applied completely or not at all.
 */
export class Writer {
  /** The server's last response for each message, by SID. */
  readonly #acknowledged = new Map<string, string>();
  #pending: PendingWrite | undefined;
  #count = 0;
  /** How many writes were acknowledged, in all rounds. */
  acknowledgedWrites = 0;
  #waiting: { readonly until: number; readonly done: () => void } | undefined;
  #steps = 0;

  private constructor(
    readonly path: string,
    readonly random: Random,
  ) {}

  /** Number of acknowledged messages. */
  get size(): number {
    return this.#acknowledged.size;
  }

  static async create(url: string, name: string, random: Random): Promise<Writer> {
    const service = await post(`${url}/v1/Services`, { FriendlyName: name });
    const conversations = `/v1/Services/${service['sid'] as string}/Conversations`;
    const conversation = await post(url + conversations, { FriendlyName: name });
    return new Writer(`${conversations}/${conversation['sid'] as string}/Messages`, random);
  }

  /** Writes until the server stops. */
  write(url: string): Promise<void> {
    return untilGone(async () => {
      await this.#step(url);
      this.#steps += 1;
      if (this.#waiting !== undefined && this.#steps >= this.#waiting.until) this.#waiting.done();
    });
  }

  /** Resolves when so many further writes have been acknowledged. */
  acknowledged(count: number): Promise<void> {
    return new Promise((done) => {
      this.#waiting = { until: this.#steps + count, done };
    });
  }

  async #step(url: string): Promise<void> {
    const choice = this.random();
    const sids = [...this.#acknowledged.keys()];
    const sid = sids[Math.floor(this.random() * sids.length)];
    // Some are long, so that a crash may interrupt the write.
    const body = `${++this.#count} ${'x'.repeat(Math.floor(this.random() ** 4 * 1500))}`;
    if (sid === undefined || choice < 0.7) {
      this.#pending = { kind: 'create', body };
      const message = await post(url + this.path, { Body: body });
      this.#acknowledged.set(message['sid'] as string, JSON.stringify(message));
    } else if (choice < 0.85) {
      this.#pending = { kind: 'update', sid, body };
      this.#acknowledged.set(sid, JSON.stringify(await post(`${url}${this.path}/${sid}`, { Body: body })));
    } else {
      this.#pending = { kind: 'delete', sid };
      await send(`${url}${this.path}/${sid}`, { method: 'DELETE' });
      this.#acknowledged.delete(sid);
    }
    this.#pending = undefined;
    this.acknowledgedWrites += 1;
  }

  /** Compares the stored messages with the acknowledged ones, and returns the problems. */
  async check(url: string): Promise<string[]> {
    const found = await this.#list(url);
    const problems: string[] = [];
    const missing = new Map(this.#acknowledged);
    for (const message of found) {
      const text = JSON.stringify(message);
      const known = missing.get(message.sid);
      missing.delete(message.sid);
      if (text === known) continue;
      if (!this.#explains(message, known)) problems.push(`${text} was never written; last response: ${known}`);
      this.#acknowledged.set(message.sid, text);
    }
    for (const [sid, text] of missing) {
      if (this.#pending?.kind !== 'delete' || this.#pending.sid !== sid) problems.push(`${text} is missing`);
      this.#acknowledged.delete(sid);
    }
    this.#pending = undefined;
    const inOrder = found.every(({ index }, i) => index > (found[i - 1]?.index ?? -1));
    return inOrder ? problems : [...problems, `the messages of ${this.path} are out of order`];
  }

  /** Whether the pending write explains this message. It can explain only one. */
  #explains({ sid, body }: Message, known: string | undefined): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending.kind === 'delete' || pending.body !== body) return false;
    this.#pending = undefined;
    return pending.kind === 'create' ? known === undefined : pending.sid === sid;
  }

  async #list(url: string): Promise<Message[]> {
    const found: Message[] = [];
    let next: string | null = `${this.path}?PageSize=100`;
    while (next !== null) {
      const page = (await (await send(url + next)).json()) as PageOfMessages;
      found.push(...page.messages);
      const { next_page_url: more } = page.meta;
      next = more === null ? null : new URL(more).pathname + new URL(more).search;
    }
    return found;
  }
}

interface PageOfMessages {
  readonly messages: readonly Message[];
  readonly meta: { readonly next_page_url: string | null };
}

/** Repeats a step until the server stops. Any other error fails. */
export async function untilGone(step: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await step();
  } catch (error) {
    if (!/fetch failed|terminated/.test((error as Error).message)) throw error;
  }
}

export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, headers: basic() });
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

export async function post(url: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await send(url, { method: 'POST', body: new URLSearchParams(fields) });
  return (await response.json()) as Record<string, unknown>;
}
