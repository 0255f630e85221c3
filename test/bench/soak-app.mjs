/** The app behind the webhooks, and the account of what it heard. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Counts } from './endurance.mjs';

/** Answers most webhooks well; of a hundred, four with an error that is worth a retry and one with another. */
export async function startApp(random) {
  const heard = new Counts();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const path = request.url.split('?')[0];
      const chance = path === '/pre' ? 1 : random();
      const status = chance < 0.04 ? 500 : chance < 0.05 ? 404 : 200;
      heard.add(status);
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
  return { heard, hooks, close };
}

/** Follows the outbox of a world, which keeps the latest 1000 deliveries: none may go unseen, and none stay open. */
export class OutboxReader {
  /** By id: how each delivery was seen last. */
  #seen = new Map();
  /** The highest id at the last readings: what is younger may still change. */
  #ends = [0, 0];
  /** How many deliveries the outbox held at most. */
  most = 0;

  /** @param list gives the deliveries whose id is higher */
  constructor(list) {
    this.list = list;
  }

  async read() {
    const open = [...this.#seen].filter(([, { state }]) => state === 'waiting').map(([id]) => id - 1);
    for (const { id, state, attempts } of await this.list(Math.min(this.#ends[0], ...open))) {
      this.#seen.set(id, { state, statuses: attempts.map(({ status, error }) => status ?? error) });
    }
    this.#ends = [this.#ends[1], Math.max(0, ...this.#seen.keys())];
  }

  /** Reads all that is kept a last time, and sums up. */
  async conclude() {
    this.#ends = [0, 0];
    await this.read();
    this.most = (await this.list(0)).length;
    const [states, answers] = [new Counts(), new Counts()];
    for (const { state, statuses } of this.#seen.values()) {
      states.add(state);
      for (const status of statuses) answers.add(status);
    }
    const last = Math.max(0, ...this.#seen.keys());
    return { states, answers, missed: last - this.#seen.size };
  }
}
