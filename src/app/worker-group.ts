import { type Controls, noControls } from '../control/registry.js';
import type { GroupQuestion, WorkerGroup, WorkerHealth } from '../core/worker-group.js';
import type { SurfaceParts } from '../surfaces/surface.js';
import { type Metrics, renderTogether } from './metrics.js';

/** What callers see of all workers, where a single process would show what it knows itself. */
export function sharedParts(
  group: WorkerGroup | undefined,
  metrics: Metrics,
): Pick<SurfaceParts, 'metrics' | 'workers'> {
  if (group === undefined) return { metrics };
  return {
    metrics: { render: async () => renderTogether(await group.collect('metrics')) },
    workers: async () => (await group.collect('health')) as readonly WorkerHealth[],
  };
}

/** What this process answers when the group asks. */
export function groupPartOf(
  metrics: Metrics,
  notReadyReason: () => string | undefined,
): (question: GroupQuestion) => Promise<unknown> {
  const startedAt = performance.now();
  return async (question) => {
    if (question === 'metrics') return metrics.read();
    const reason = notReadyReason();
    const uptime = Math.round(performance.now() - startedAt) / 1000;
    return { pid: process.pid, uptime, ready: reason === undefined, reason } satisfies WorkerHealth;
  };
}

/** A journal or a fault rule of one worker would show or affect only the requests that happen to reach it. */
export function controlsOf(group: WorkerGroup | undefined, assemble: () => Controls): Controls {
  if (group === undefined) return assemble();
  return noControls(
    'There are no controls with --workers: each worker process would have a journal and fault rules of its own. ' +
      'Start the server with --workers 1.',
  );
}
