import type { GroupQuestion } from '../../core/worker-group.js';

/** What a worker process sends to the main process. */
export type FromWorker =
  /** Its ports are open. `banner` is for people. */
  | { readonly kind: 'ready'; readonly banner: string; readonly restUrl: string }
  /** Asks for what all workers answer. */
  | { readonly kind: 'collect'; readonly id: number; readonly question: GroupQuestion }
  /** What it answers itself. */
  | { readonly kind: 'part'; readonly id: number; readonly part: unknown };

/** What the main process sends to a worker. */
export type ToWorker =
  | { readonly kind: 'question'; readonly id: number; readonly question: GroupQuestion }
  | { readonly kind: 'collected'; readonly id: number; readonly parts: readonly unknown[] }
  /** With `atOnce`, without the lame duck time: other workers take the requests. */
  | { readonly kind: 'stop'; readonly atOnce: boolean };
