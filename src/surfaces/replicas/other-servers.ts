import { Agent } from 'undici';
import type { JsonObject } from '../../core/body.js';
import type { Answers, OtherServers as Others, ServerAddress, SharedWorlds } from '../../core/shared-worlds.js';
import { CONTROL_BASE, pathOf } from '../control/paths.js';

/** How long a server may take to answer, in milliseconds. */
const ANSWER_MS = 2000;
/** More servers than this are not asked. */
const MAX_SERVERS = 64;
/** Of one response, in bytes. A full journal has less. */
const MAX_RESPONSE = 64 * 1024 * 1024;

export interface OtherServersOptions {
  readonly shared: Pick<SharedWorlds, 'others'>;
  /** What the servers require of their callers. */
  readonly token: string | undefined;
  /** The address of this server, once it is known. */
  readonly own: () => ServerAddress | undefined;
}

/** Asks the other servers on the same database for what they have. */
export class OtherServers implements Others {
  readonly #agent = new Agent({
    connections: 4,
    connect: { timeout: ANSWER_MS },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    maxResponseSize: MAX_RESPONSE,
  });
  /** For as long as the database does not say. */
  #known: readonly string[] = [];

  constructor(readonly options: OtherServersOptions) {}

  get self(): string {
    return this.options.own()?.rest ?? '';
  }

  /** The addresses of the others. */
  async list(): Promise<readonly string[]> {
    try {
      // A server that has just connected again is there twice for a moment, also this one.
      const addresses = new Set((await this.options.shared.others()).map(({ rest }) => rest));
      addresses.delete(this.self);
      this.#known = [...addresses];
    } catch {
      // Those that were there last are asked. If one is gone, it does not answer.
    }
    return this.#known;
  }

  async ask(control: string, input: JsonObject): Promise<Answers> {
    const servers = await this.list();
    const body = JSON.stringify({ ...input, own: true });
    const asked = await Promise.all(
      servers.map(async (server, i) => {
        const value = i < MAX_SERVERS ? await this.#askOne(server, control, body).catch(() => undefined) : undefined;
        return { server, value };
      }),
    );
    return {
      answers: asked.flatMap(({ server, value }) => (value === undefined ? [] : { server, value })),
      unanswered: asked.filter(({ value }) => value === undefined).map(({ server }) => server),
    };
  }

  /** Follows the events of a server. @returns the text of its event stream */
  async events(server: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const path = `${CONTROL_BASE}/events?own=true`;
    const { statusCode, body } = await this.#agent.request({
      origin: server,
      path,
      method: 'GET',
      headers: this.#headers(),
      signal,
      // Heartbeats of the stream come more rarely than answers.
      bodyTimeout: 0,
    });
    if (statusCode !== 200) {
      // A response that is not read would keep its connection.
      await body.dump();
      throw new Error(`HTTP ${statusCode}`);
    }
    body.setEncoding('utf8');
    return body as AsyncIterable<string>;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #askOne(server: string, control: string, body: string): Promise<JsonObject | undefined> {
    const { statusCode, body: answer } = await this.#agent.request({
      origin: server,
      path: CONTROL_BASE + pathOf({ name: control }),
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    return statusCode === 200 ? (JSON.parse(text) as JsonObject) : undefined;
  }

  #headers(): Record<string, string> {
    const { token } = this.options;
    return token === undefined ? {} : { 'understudy-token': token };
  }
}
