import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { GroupQuestion } from '../../core/worker-group.js';
import { serverFlags } from '../server-flags.js';
import type { FromWorker, ToWorker } from './messages.js';

/** How long workers may take to answer a question, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;
/** The pause before a worker that has ended is replaced, in milliseconds. */
const RESTART_DELAY = 1000;

type Ready = Extract<FromWorker, { kind: 'ready' }>;

/** Worker processes that share the ports of one server. */
export class WorkerPool {
  readonly #ready = new Set<Worker>();
  readonly #collections = new Map<number, (part: unknown, worker: Worker) => void>();
  #lastId = 0;
  #isStopping = false;
  #restart: Promise<void> | undefined;

  constructor(
    readonly count: number,
    /** Writes a line for people. */
    readonly report: (line: string) => void,
  ) {
    const [, exec, ...args] = process.argv;
    cluster.setupPrimary({ exec, args, execArgv: [...serverFlags()] });
    cluster.on('exit', (worker, code, signal) => this.#onExit(worker, signal ?? code));
    cluster.on('message', (worker, message: FromWorker) => this.#onMessage(worker, message));
  }

  /**
   * Starts the first worker, which may have to create files, then the others.
   * @throws if one does not start. It has printed the reason.
   */
  async start(): Promise<Ready> {
    const [, first] = await this.#fork();
    await Promise.all(Array.from({ length: this.count - 1 }, () => this.#fork()));
    return first;
  }

  /** Replaces the workers one after the other: each ends when its successor serves, and when its requests are answered. */
  restart(): Promise<void> {
    this.#restart ??= this.#replaceAll().finally(() => {
      this.#restart = undefined;
    });
    return this.#restart;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    // One that is still starting does not read messages yet, and has nothing to finish.
    for (const worker of workers) if (!this.#ready.has(worker)) worker.process.kill('SIGTERM');
    await Promise.all(workers.map((worker) => end(worker, false)));
  }

  async #replaceAll(): Promise<void> {
    const replaced = Array.from(this.#ready);
    for (const old of replaced) {
      if (this.#isStopping) return;
      // One that has ended is replaced anyway.
      if (!this.#ready.has(old)) continue;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await this.#fork();
      } catch {
        this.report('the restart has ended, because a new worker did not start. The workers so far go on.');
        return;
      }
      this.#ready.delete(old);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await end(old, true);
    }
    this.report(`all ${this.count} workers were restarted`);
  }

  async #fork(): Promise<[Worker, Ready]> {
    const worker = cluster.fork();
    const ready = await new Promise<Ready>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve(message);
      });
      worker.once('exit', () => reject(new Error('the worker ended before it was ready')));
    });
    this.#ready.add(worker);
    return [worker, ready];
  }

  #onExit(worker: Worker, reason: string | number): void {
    // A worker that was asked to stop is no longer in the set, and one that never served was never in it.
    if (!this.#ready.delete(worker) || this.#isStopping) return;
    this.report(`worker ${worker.process.pid} has ended (${reason}), and is replaced`);
    void this.#replace();
  }

  async #replace(): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- until one starts
      await wait(RESTART_DELAY);
      // A restart may have started one meanwhile.
      if (this.#isStopping || this.#ready.size >= this.count) return;
      try {
        // oxlint-disable-next-line no-await-in-loop -- until one starts
        await this.#fork();
        return;
      } catch {
        this.report('a new worker did not start, and is tried again');
      }
    }
  }

  #onMessage(worker: Worker, message: FromWorker): void {
    if (message.kind === 'part') this.#collections.get(message.id)?.(message.part, worker);
    if (message.kind !== 'collect') return;
    void this.#collect(message.question).then((parts) => tell(worker, { kind: 'collected', id: message.id, parts }));
  }

  #collect(question: GroupQuestion): Promise<readonly unknown[]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const asked = new Set(this.#ready);
    const parts: unknown[] = [];
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#collections.delete(id);
        resolve(parts);
      };
      const timer = setTimeout(finish, ANSWER_TIMEOUT_MS);
      this.#collections.set(id, (part, worker) => {
        parts.push(part);
        asked.delete(worker);
        if (asked.size === 0) finish();
      });
      for (const worker of asked) tell(worker, { kind: 'question', id, question });
    });
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

async function end(worker: Worker, atOnce: boolean): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  tell(worker, { kind: 'stop', atOnce });
  await ended;
}
