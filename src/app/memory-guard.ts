import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { UnderstudyError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Backend } from '../core/operation.js';

/** How long a measurement is valid, in milliseconds. */
const SAMPLE_INTERVAL = 50;
/** A collection stops everything else for a moment, so it is not repeated before this time, in milliseconds. */
const COLLECT_INTERVAL = 10_000;
/** The share of the limit above which memory counts as short even if most of it may be garbage. */
const UNCHECKED_SHARE = 1.08;
/** The share of the memory that the process may have. */
const DEFAULT_SHARE = 0.85;

export interface MemoryGuardOptions {
  /** In bytes. Default: 85 % of the heap limit of Node.js or of the limit of the container, whichever is lower. */
  readonly limit?: number | undefined;
  readonly log: Log;
  readonly memory?: ProcessMemory | undefined;
  readonly now?: () => number;
}

/** The memory of this process, in bytes. */
export interface ProcessMemory {
  /** What is in use, with garbage. */
  used(): number;
  /** Removes the garbage. */
  collect(): void;
}

/** Refuses what adds data while memory is short, so that reads continue and the process does not end. */
export class MemoryGuard {
  readonly limit: number;
  readonly #memory: ProcessMemory;
  readonly #now: () => number;
  #isShort = false;
  #sampledAt = -Infinity;
  #collectedAt = -Infinity;

  constructor(readonly options: MemoryGuardOptions) {
    this.limit = options.limit ?? defaultLimit();
    this.#memory = options.memory ?? processMemory;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @throws UnderstudyError if memory is short */
  admit(name: string): void {
    if (!this.#measure()) return;
    throw new UnderstudyError(
      'UNDERSTUDY_OUT_OF_MEMORY',
      `\`${name}\` was refused, because the server uses more memory than its limit of ${megabytes(this.limit)} MB. Delete ` +
        'worlds or snapshots that you no longer need, or raise --max-heap. Reads are still answered.',
      { retryAfter: COLLECT_INTERVAL / 1000 },
    );
  }

  /** Refuses calls that write. */
  readonly wrap = (backend: Backend): Backend => ({
    ...backend,
    answer: (call) => {
      if (call.operation.method !== 'GET' && call.operation.method !== 'DELETE') this.admit(call.operation.name);
      return backend.answer(call);
    },
  });

  #measure(): boolean {
    const now = this.#now();
    if (now - this.#sampledAt < SAMPLE_INTERVAL) return this.#isShort;
    this.#sampledAt = now;
    const wasShort = this.#isShort;
    const used = this.#memory.used();
    if (used <= this.limit) this.#isShort = false;
    else if (now - this.#collectedAt >= COLLECT_INTERVAL) {
      // Most of it may be garbage.
      this.#memory.collect();
      this.#collectedAt = now;
      this.#isShort = this.#memory.used() > this.limit;
    } else if (used > this.limit * UNCHECKED_SHARE) this.#isShort = true;
    if (this.#isShort !== wasShort) this.#report();
    return this.#isShort;
  }

  #report(): void {
    const { log } = this.options;
    const used = megabytes(this.#memory.used());
    if (!this.#isShort)
      return log.warn({ used }, `memory is no longer short: ${used} MB are in use. Writes are accepted again.`);
    log.error(
      { used, limit: megabytes(this.limit) },
      `memory is short: ${used} MB are in use, and the limit is ${megabytes(this.limit)} MB. New writes get 503.`,
    );
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);

function defaultLimit(): number {
  // 0, or more than there is, if there is no limit.
  const container = process.constrainedMemory() || Infinity;
  return Math.min(getHeapStatistics().heap_size_limit, container) * DEFAULT_SHARE;
}

const processMemory: ProcessMemory = {
  used() {
    // `process.memoryUsage` also asks the system for the resident memory, which takes many times as long.
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    return heap + external;
  },
  collect() {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
  },
};
