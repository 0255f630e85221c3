import { basic } from '../helpers/understudy.js';

/** Numbers that can be had again from their seed. */
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

/** A write that was sent, and of which nobody knows what became of it. */
type Unsure =
  | { readonly kind: 'create'; readonly body: string }
  | { readonly kind: 'update'; readonly sid: string; readonly body: string }
  | { readonly kind: 'delete'; readonly sid: string };

/**
 * Writes into a conversation of its own, one write at a time, and remembers each answer to the letter. What was answered
 * must be there after a crash; of the one write that was not, either all or nothing.
 */
export class Writer {
  /** By SID, as text: what the server last said of it. */
  readonly #acknowledged = new Map<string, string>();
  #unsure: Unsure | undefined;
  #count = 0;

  private constructor(
    readonly path: string,
    readonly random: Random,
  ) {}

  /** How many records it may expect to find. */
  get size(): number {
    return this.#acknowledged.size;
  }

  static async create(url: string, name: string, random: Random): Promise<Writer> {
    const service = await post(`${url}/v1/Services`, { FriendlyName: name });
    const conversations = `/v1/Services/${service['sid'] as string}/Conversations`;
    const conversation = await post(url + conversations, { FriendlyName: name });
    return new Writer(`${conversations}/${conversation['sid'] as string}/Messages`, random);
  }

  /** Writes until the server is gone. */
  write(url: string): Promise<void> {
    return untilGone(() => this.#step(url));
  }

  async #step(url: string): Promise<void> {
    const choice = this.random();
    const sids = [...this.#acknowledged.keys()];
    const sid = sids[Math.floor(this.random() * sids.length)];
    // Long ones as well, so that a write may be cut in the middle.
    const body = `${++this.#count} ${'x'.repeat(Math.floor(this.random() ** 4 * 1500))}`;
    if (sid === undefined || choice < 0.7) {
      this.#unsure = { kind: 'create', body };
      const made = await post(url + this.path, { Body: body });
      this.#acknowledged.set(made['sid'] as string, JSON.stringify(made));
    } else if (choice < 0.85) {
      this.#unsure = { kind: 'update', sid, body };
      this.#acknowledged.set(sid, JSON.stringify(await post(`${url}${this.path}/${sid}`, { Body: body })));
    } else {
      this.#unsure = { kind: 'delete', sid };
      await send(`${url}${this.path}/${sid}`, { method: 'DELETE' });
      this.#acknowledged.delete(sid);
    }
    this.#unsure = undefined;
  }

  /** Compares what is there with what was acknowledged, and goes on from it. Gives what is wrong. */
  async check(url: string): Promise<string[]> {
    const found = await this.#list(url);
    const faults: string[] = [];
    const missing = new Map(this.#acknowledged);
    for (const message of found) {
      const text = JSON.stringify(message);
      const known = missing.get(message.sid);
      missing.delete(message.sid);
      if (text === known) continue;
      if (!this.#mayHaveMade(message, known)) faults.push(`${text} was never written; known is ${known}`);
      this.#acknowledged.set(message.sid, text);
    }
    for (const [sid, text] of missing) {
      if (this.#unsure?.kind !== 'delete' || this.#unsure.sid !== sid) faults.push(`${text} is gone`);
      this.#acknowledged.delete(sid);
    }
    this.#unsure = undefined;
    const inOrder = found.every(({ index }, place) => index > (found[place - 1]?.index ?? -1));
    return inOrder ? faults : [...faults, `the messages of ${this.path} are out of order`];
  }

  /** Whether the write that was cut can have done this: it is there once, and as a whole. */
  #mayHaveMade({ sid, body }: Message, known: string | undefined): boolean {
    const unsure = this.#unsure;
    if (unsure === undefined || unsure.kind === 'delete' || unsure.body !== body) return false;
    this.#unsure = undefined;
    return unsure.kind === 'create' ? known === undefined : unsure.sid === sid;
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

/** Does something again and again. The one thing that may end it is a server that is no longer there. */
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
