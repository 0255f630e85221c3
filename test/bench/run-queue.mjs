/**
 * How long processes had to wait for a processor, from Linux's scheduler statistics. On a busy machine, a response can be
 * late although the server did nothing wrong; the longest gap of a timer does not tell the two apart.
 */
import { readFileSync } from 'node:fs';

const INTERVAL_MS = 100;

/** Milliseconds since 1970, with decimals, as in the server's outbox. */
export const systemTime = () => performance.timeOrigin + performance.now();

export class RunQueue {
  /** The total waiting time of each process at a moment, oldest first. */
  #samples = [];

  /** @param pids the processes without which nothing continues */
  constructor(pids) {
    this.pids = pids;
    this.#sample();
    this.timer = setInterval(() => this.#sample(), INTERVAL_MS).unref();
  }

  /** Whether the system has these statistics. */
  get isKnown() {
    return this.#samples[0]?.waits.every((wait) => wait !== undefined) === true;
  }

  /** The milliseconds between two moments in which all processes could run, at least. */
  availableIn(start, end) {
    this.#sample();
    const before = this.#samples.findLast(({ time }) => time <= start) ?? this.#samples[0];
    const after = this.#samples.find(({ time }) => time >= end) ?? this.#samples.at(-1);
    const waits = before.waits.map((wait, i) => (after.waits[i] ?? 0) - (wait ?? 0));
    return end - start - waits.reduce((sum, wait) => sum + wait, 0);
  }

  /** The seconds that each process has waited so far. */
  get total() {
    this.#sample();
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    return last.waits.map((wait, i) => ((wait ?? 0) - (first.waits[i] ?? 0)) / 1000);
  }

  #sample() {
    this.#samples.push({ time: systemTime(), waits: this.pids.map(waitOf) });
  }
}

/** Of the main thread, in milliseconds; undefined on systems without these statistics, or for a process that has ended. */
function waitOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return undefined;
  }
}
