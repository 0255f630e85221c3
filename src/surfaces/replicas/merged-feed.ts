import type { Change, ChangeListener, ChangeSource } from '../../engine/feed.js';
import type { OtherServers } from './other-servers.js';

/** How often it is checked whether there are other servers, in milliseconds. */
const CHECK_MS = 1000;
/** The stream of a server that sends a longer event is ended, in characters. */
const MAX_EVENT = 1024 * 1024;

/** What changes at all servers on a database. Follows the others while someone listens. */
export class MergedFeed implements ChangeSource {
  readonly #listeners = new Set<ChangeListener>();
  readonly #streams = new Map<string, AbortController>();
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(
    readonly own: ChangeSource,
    readonly others: Pick<OtherServers, 'list' | 'events'>,
  ) {}

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#unsubscribe = this.own.subscribe((change) => this.#publish(change));
    this.#timer = setInterval(() => void this.#check(), CHECK_MS).unref();
    void this.#check();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
    for (const stream of this.#streams.values()) stream.abort();
    this.#streams.clear();
  }

  #publish(change: Change | null): void {
    for (const listener of this.#listeners) listener(change);
  }

  async #check(): Promise<void> {
    const servers = await this.others.list();
    if (this.#listeners.size === 0) return;
    for (const [server, stream] of this.#streams) if (!servers.includes(server)) stream.abort();
    for (const server of servers) if (!this.#streams.has(server)) void this.#follow(server);
  }

  /** Follows one server until that fails. Its first event says that everything may have changed. */
  async #follow(server: string): Promise<void> {
    const stream = new AbortController();
    this.#streams.set(server, stream);
    let isOpen = false;
    try {
      const text = await this.others.events(server, stream.signal);
      isOpen = true;
      for await (const changes of eventsIn(text)) {
        if (changes === null) this.#publish(null);
        else for (const change of changes) this.#publish(change);
      }
    } catch {
      // It is followed again after a while, if it still exists.
    } finally {
      if (this.#streams.get(server) === stream) this.#streams.delete(server);
      // What it had may be missing now.
      if (isOpen) this.#publish(null);
    }
  }
}

/** The data of server-sent events, as this program writes them: one line each. */
async function* eventsIn(text: AsyncIterable<string>): AsyncGenerator<readonly Change[] | null> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as readonly Change[] | null;
    if (rest.length > MAX_EVENT) throw new Error('an event is too long');
  }
}
