/** Several APIs: one live backend for each upstream, with its own connections, limits and circuit breaker. */
import type { BreakerState } from './breaker.js';
import { createLive, type LiveBackend, type LiveOptions } from './live.js';

const SEVERITY: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/**
 * Forwards each call to the upstream of its API.
 * @param origins the origin for each base URL of an operation, and perhaps what paths begin with there
 */
export function createLivePerApi(
  origins: ReadonlyMap<string, string>,
  options: Omit<LiveOptions, 'origin'>,
): LiveBackend {
  const observerFor = createBreakerReports(options.observer);
  const byOrigin = new Map<string, LiveBackend>();
  for (const origin of origins.values()) {
    if (byOrigin.has(origin)) continue;
    const { origin: host, pathname } = new URL(origin);
    const prefix = pathname.replace(/\/$/, '');
    byOrigin.set(origin, createLive({ ...options, origin: host, prefix, observer: observerFor(origin) }));
  }
  const all = [...byOrigin.values()];
  const byBaseUri = new Map(Array.from(origins, ([baseUri, origin]) => [baseUri, byOrigin.get(origin)]));
  return {
    answer(call) {
      const backend = byBaseUri.get(call.operation.baseUri);
      if (backend === undefined) throw new Error(`${call.operation.baseUri} has no upstream`);
      return backend.answer(call);
    },
    notReadyReason: () => all.map((each) => each.notReadyReason()).find((reason) => reason !== undefined),
    inFlight: () => all.reduce((sum, each) => sum + each.inFlight(), 0),
    async close() {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}

/** Reports the worst state of all breakers, because the observer has one. An opening breaker is always reported. */
function createBreakerReports(observer: LiveOptions['observer']): (origin: string) => LiveOptions['observer'] {
  const states = new Map<string, BreakerState>();
  const worst = (): BreakerState => SEVERITY.findLast((state) => [...states.values()].includes(state)) ?? 'closed';
  return (origin) =>
    observer && {
      ...observer,
      breaker(state) {
        const before = worst();
        states.set(origin, state);
        const after = worst();
        if (state === 'open' || after !== before) observer.breaker(after);
      },
    };
}
