import { spawn, type ChildProcess } from 'node:child_process';
import { main } from '../helpers/command.js';
import { freePort } from '../helpers/postgres.js';

/** A server in a process of its own, which is started again on the same port. */
export class ReplicaProcess {
  #process: ChildProcess | undefined;
  /** What it has logged, over all starts. */
  log = '';
  #frozen = new AbortController();
  #isClosed = false;

  private constructor(
    /** Where it keeps its worlds. */
    readonly place: { readonly store: string } | { readonly data: string },
    readonly port: number,
  ) {}

  static async create(place: ReplicaProcess['place']): Promise<ReplicaProcess> {
    const replica = new ReplicaProcess(place, await freePort());
    await replica.start();
    return replica;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get #isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts it, unless it runs: two faults may both want to start it again. */
  async start(): Promise<void> {
    if (this.#isClosed || this.#isRunning) return;
    const args = [main, 'serve', '--rest-port', String(this.port), '--mcp-port', '0', '--no-check-answers'];
    const store = 'store' in this.place ? { UNDERSTUDY_STORE: this.place.store } : { UNDERSTUDY_DATA: this.place.data };
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...store },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk) => (this.log += String(chunk)));
    this.#process = child;
    this.#frozen = new AbortController();
    for (;;) {
      const isUp = await fetch(`${this.url}/__understudy/health/live`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp || this.#isClosed) return;
      // The database may be down. Whoever runs the servers starts them again.
      if (!this.#isRunning) return this.start();
      await pause(50);
    }
  }

  /** Aborted while the process is stopped, as a balancer finds out that a server does not answer. */
  get frozen(): AbortSignal {
    return this.#frozen.signal;
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
    this.#frozen.abort();
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
    this.#frozen = new AbortController();
  }

  /** Ends it for good, also if it was to be started again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.thaw();
    await this.end('SIGKILL');
  }

  /** Ends it, and resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.#isRunning) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
