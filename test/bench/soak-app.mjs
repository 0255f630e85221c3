/** The app that receives the webhooks, and a reader that follows every delivery. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Counts } from './endurance.mjs';

/** Accepts most webhooks: 4 % get an error that is retried, and 1 % an error that is not. */
export async function startApp(random) {
  const received = new Counts();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const path = request.url.split('?')[0];
      const chance = path === '/pre' ? 1 : random();
      const status = chance < 0.04 ? 500 : chance < 0.05 ? 404 : 200;
      received.add(status);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const hooks = { ok: `${origin}/hook#rc=2&rp=5xx`, pre: `${origin}/pre`, scoped: `${origin}/scoped` };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { received, hooks, close };
}

/** For this long a delivery may still change, in milliseconds: a fault rule may repeat it, and the repetition be retried. */
const SETTLING_MS = 60_000;

/** Follows the outbox of a world, which keeps the latest 1000 deliveries. Every delivery must be seen and completed. */
export class OutboxReader {
  /** The last known state of each delivery, by id. */
  #seen = new Map();
  /** When the outbox was read, and the highest id then. The first one is older than any delivery that may still change. */
  #reads = [{ at: 0, end: 0 }];
  /** Attempts without a response, by delivery and number: when each began and how long it took, in milliseconds. */
  #unanswered = new Map();
  /** The number of deliveries in the outbox at the end. */
  size = 0;

  /** @param list returns the deliveries with a higher id */
  constructor(list) {
    this.list = list;
  }

  async read() {
    const open = [...this.#seen].filter(([, { state }]) => state === 'waiting').map(([id]) => id - 1);
    const at = performance.now();
    while (this.#reads.length > 1 && this.#reads[1].at < at - SETTLING_MS) this.#reads.shift();
    for (const { id, state, attempts } of await this.list(Math.min(this.#reads[0].end, ...open))) {
      this.#seen.set(id, { state, statuses: attempts.map(({ status, error }) => status ?? error) });
      for (const [i, { status, started, milliseconds }] of attempts.entries()) {
        if (status === null) this.#unanswered.set(`${id} ${i}`, { started, milliseconds });
      }
    }
    let { end } = this.#reads.at(-1);
    for (const id of this.#seen.keys()) end = Math.max(end, id);
    this.#reads.push({ at, end });
  }

  /** Reads the outbox a last time. @returns the totals */
  async conclude() {
    this.#reads = [{ at: 0, end: 0 }];
    await this.read();
    this.size = (await this.list(0)).length;
    const [states, responses] = [new Counts(), new Counts()];
    for (const { state, statuses } of this.#seen.values()) {
      states.add(state);
      for (const status of statuses) responses.add(status);
    }
    return {
      states,
      responses,
      missed: this.#reads.at(-1).end - this.#seen.size,
      unanswered: [...this.#unanswered.values()],
    };
  }
}
