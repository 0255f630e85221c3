import { Agent, request } from 'undici';
import { pause, type ReplicaProcess } from './cluster.js';
import { WorldModel } from './model.js';

/** A request that takes longer is given up, in milliseconds. */
const PATIENCE_MS = 8000;

/** Thrown when it is not known whether a request was carried out. */
class Unknown extends Error {}

/** Calls one world through any server, and checks what it sees. */
export class Caller {
  readonly model = new WorldModel();
  readonly #agent = new Agent({ connections: 16, connect: { timeout: 1000 } });
  readonly #authorization: string;
  #register = '';
  #isEnded = false;
  #names = 0;
  /** By `performance.now()`; 0 before the first. */
  lastWrite = 0;
  failures = new Map<string, number>();

  constructor(
    readonly account: string,
    readonly replicas: readonly ReplicaProcess[],
    readonly random: () => number,
  ) {
    this.#authorization = `Basic ${Buffer.from(`${account}:secret`).toString('base64')}`;
  }

  /** Creates the register. */
  async open(): Promise<void> {
    const { sid } = await this.#call<{ sid: string }>('POST', '/v1/Conversations', {
      FriendlyName: 'register',
      Attributes: '{"value":0}',
    });
    this.#register = sid;
  }

  /** Writes and reads until `end`. */
  run(): Promise<unknown> {
    return Promise.all([
      this.#loop(() => this.#write()),
      this.#loop(() => this.#create()),
      ...Array.from({ length: 2 }, () => this.#loop(() => this.#read())),
    ]);
  }

  end(): void {
    this.#isEnded = true;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async checkNames(): Promise<void> {
    const names: string[] = [];
    let next: string | null = '/v1/Conversations?PageSize=100';
    while (next !== null) {
      const page: { conversations: { friendly_name: string }[]; meta: { next_page_url: string | null } } =
        await this.#call('GET', next);
      names.push(...page.conversations.map((each) => each.friendly_name));
      const { next_page_url: url } = page.meta;
      next = url === null ? null : new URL(url).pathname + new URL(url).search;
    }
    this.model.checkNames(this.account, names);
  }

  async #loop(act: () => Promise<void>): Promise<void> {
    while (!this.#isEnded) {
      await act();
      await pause(this.random() * 40);
    }
  }

  async #write(): Promise<void> {
    const value = this.model.beginWrite();
    try {
      await this.#call('POST', `/v1/Conversations/${this.#register}`, { Attributes: JSON.stringify({ value }) });
      this.model.endWrite(value, 'made');
      this.lastWrite = performance.now();
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      this.model.endWrite(value, 'unknown');
    }
  }

  async #create(): Promise<void> {
    this.#names += 1;
    const name = `name ${this.#names}`;
    this.model.created.set(name, 'open');
    try {
      await this.#call('POST', '/v1/Conversations', { FriendlyName: name });
      this.model.created.set(name, 'made');
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      this.model.created.set(name, 'unknown');
    }
  }

  async #read(): Promise<void> {
    const begun = performance.now();
    try {
      const { attributes } = await this.#call<{ attributes: string }>('GET', `/v1/Conversations/${this.#register}`);
      const { value } = JSON.parse(attributes) as { value: number };
      this.model.addRead(this.account, { begun, ended: performance.now(), value });
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
    }
  }

  /** Repeats what was certainly not carried out, as every client may. @throws Unknown */
  async #call<T>(method: 'GET' | 'POST', path: string, form?: Record<string, string>): Promise<T> {
    for (;;) {
      // Writes go only to servers that a balancer would choose. Reads go everywhere, also to one that may answer late.
      const able = this.replicas.filter(({ frozen }) => method === 'GET' || !frozen.aborted);
      const replica = able[Math.floor(this.random() * able.length)];
      const outcome = replica && (await this.#try<T>(replica, path, method, form));
      if (outcome !== undefined) return outcome;
      await pause(20);
    }
  }

  async #try<T>(
    replica: ReplicaProcess,
    path: string,
    method: 'GET' | 'POST',
    form?: Record<string, string>,
  ): Promise<T | undefined> {
    const url = replica.url + path;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const { statusCode, body } = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: { authorization: this.#authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: form === undefined ? null : new URLSearchParams(form).toString(),
        signal: method === 'GET' ? patience : AbortSignal.any([patience, replica.frozen]),
      });
      const answer = (await body.json()) as T & { code?: number };
      if (statusCode < 300) return answer;
      this.#count(`${statusCode} ${answer.code ?? ''}`);
      // `UNDERSTUDY_NOT_CONFIRMED`: it may have been carried out.
      if (answer.code === 990_123) throw new Unknown();
      if (statusCode !== 503) throw new Error(`${method} ${url}: ${statusCode} ${JSON.stringify(answer)}`);
      return undefined;
    } catch (error) {
      const { code = '', name } = error as { code?: string; name: string };
      if (error instanceof Unknown) throw error;
      if (['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return undefined;
      if (code === '' && !['TimeoutError', 'SyntaxError', 'AbortError'].includes(name)) throw error;
      this.#count(code === '' ? name : code);
      throw new Unknown();
    }
  }

  #count(failure: string): void {
    this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
  }
}
