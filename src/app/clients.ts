import type { ClientBackend } from '../core/client-view.js';
import type { Log } from '../core/log.js';
import type { SharedWorlds } from '../core/shared-worlds.js';
import { createBinding } from '../engine/binding.js';
import { createEngine } from '../engine/engine.js';
import type { Faults } from '../engine/faults.js';
import type { Journal } from '../engine/journal.js';
import { localBackend } from '../engine/local-calls.js';
import { clientOperations } from '../surfaces/client/operations.js';
import { type ClientLimits, defaultClientLimits } from '../surfaces/client/limits.js';
import type { Tokens } from '../surfaces/client/tokens.js';
import type { SurfaceParts } from '../surfaces/surface.js';
import type { Metrics } from './metrics.js';

interface ClientParts {
  /** Undefined if the mode cannot serve client SDKs. */
  readonly backend: ClientBackend | undefined;
  readonly tokens: Tokens;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly metrics: Metrics;
  readonly shared: SharedWorlds | undefined;
  readonly limits: Partial<ClientLimits> | undefined;
  readonly clock: { now(): number };
  readonly log: Log;
}

/** What the surface of the client SDKs needs. What no operation of REST answers passes faults, journal and metrics as well. */
export function connectClients(parts: ClientParts): SurfaceParts['clients'] {
  const { backend, tokens, journal, faults, metrics, shared, limits, clock, log } = parts;
  if (backend === undefined) return undefined;
  const binding = createBinding(Object.values(clientOperations), { of: () => undefined });
  return {
    backend,
    tokens,
    local: createEngine({ binding, backend: faults.wrap(localBackend), journal, log, clock, observer: metrics }),
    notificationFault: (account) => faults.notificationFault(clientOperations.notify, account),
    metrics: metrics.clients,
    shared,
    limits: { ...defaultClientLimits, ...limits },
  };
}
