import { describeField } from '../backends/simulator/conversations/descriptions.js';
import { type Clock, fixedClock, parseClock, systemClock } from '../backends/simulator/kernel/clock.js';
import type { WorldChangeEvent } from '../backends/simulator/kernel/world-session.js';
import type { Capability } from '../capability/capability.js';
import { loadPackagedCapability } from '../capability/packaged.js';
import { loadShapes } from '../capability/shapes.js';
import { assembleControls } from '../control/index.js';
import { mediaOperations } from '../core/media.js';
import { createRedact } from '../core/redact.js';
import { createBinding } from '../engine/binding.js';
import { createConformance } from '../engine/conformance.js';
import { createEngine } from '../engine/engine.js';
import { createUnservedReport } from '../engine/unserved.js';
import { createFaults } from '../engine/faults.js';
import { createFeed, type Feed, observedJournal } from '../engine/feed.js';
import { createJournal } from '../engine/journal.js';
import { type ApiKey, checkApiKeys, createApiKeys } from '../surfaces/http/api-keys.js';
import { createCallerContextReader } from '../surfaces/http/caller-context.js';
import { createWorldReader } from '../surfaces/http/credentials.js';
import { createOwnOrigin } from '../surfaces/http/origin.js';
import { createRequestIds } from '../surfaces/http/request-ids.js';
import { createTokens } from '../surfaces/client/tokens.js';
import { registerSurfaces } from '../surfaces/index.js';
import { loadMcpServers } from '../surfaces/mcp/load-servers.js';
import { selectTools } from '../surfaces/mcp/tool-sets.js';
import type { SurfaceParts } from '../surfaces/surface.js';
import { lazy } from '../util/lazy.js';
import { passwordsIn } from '../util/url-passwords.js';
import { packageVersion } from '../util/version.js';
import { LameDuck } from './lame-duck.js';
import { connectClients } from './clients.js';
import { MemoryGuard } from './memory-guard.js';
import { createMetrics } from './metrics.js';
import { modes } from './modes/index.js';
import { buildPipeline } from './pipeline.js';
import { closeServers, createServers } from './servers.js';
import { defaultSettings, type Settings } from './settings.js';
import { stopTimes } from './stop-times.js';
import { controlsOf, groupPartOf, sharedParts } from './worker-group.js';
import type { Overrides, Understudy } from './understudy.js';

/** Creates an understudy and connects its parts: surfaces → engine → pipeline → backend. Opens no port. */
export async function createUnderstudy(given: Partial<Settings> = {}, overrides: Overrides = {}): Promise<Understudy> {
  const settings: Settings = { ...defaultSettings, ...given };
  const { mode, token, authToken, publicUrl, defaultAccount } = settings;
  const { callsTwilio, usesCredentials, ...definition } = modes[mode];
  const { lameDuckMs, drainMs } = stopTimes(settings);
  const version = packageVersion();
  const clock = clockOf(settings);
  const knownKeys = checkApiKeys(settings.apiKeys ?? {}, 'apiKeys');
  const redact = createRedact(secretsOf(settings, knownKeys));
  const servers = createServers(settings, redact, overrides);
  const { log } = servers.http;
  const apiKeys = createApiKeys({ known: knownKeys, defaultAccount, learnsAccounts: usesCredentials, log });
  const lameDuck = new LameDuck(servers, lameDuckMs);

  const capability = overrides.capability ?? (await loadCapabilityOf(settings));
  const { operations, routes } = capability;
  const toolSets = selectTools(capability.files, settings.mcpTools);
  const shapes = loadShapes();
  const served = [...operations, ...mediaOperations];
  const binding = createBinding(served, shapes);

  const memory = new MemoryGuard({ limit: settings.maxHeap, log, memory: overrides.memory });
  const feed = createFeed();
  // With others on a database, the ids of all journals must differ.
  const ids = settings.store === undefined ? undefined : await import('../engine/exchange-ids.js');
  const nextId = ids?.createSharedExchangeIds(() => backend.shared?.number ?? 0);
  const journal = observedJournal(createJournal(redact, undefined, nextId), feed);
  const faults = createFaults(defaultAccount);
  const tracing = settings.traces ? await loadTracing(mode, version) : undefined;
  const metrics = createMetrics({
    mode,
    callsTwilio,
    inFlight: () => backend.inFlight?.() ?? 0,
    shared:
      settings.store === undefined
        ? undefined
        : () => ({
            server: replica?.address() ?? '',
            worlds: backend.shared?.count ?? 0,
            owned: backend.shared?.owned() ?? [],
            forwarded: replica?.forwarded() ?? 0,
          }),
  });

  const onWorldChange = publishWorldChanges(feed);
  const createBackend = overrides.createBackend ?? definition.createBackend;
  const { onProgress } = overrides;
  const admitGrowth = (name: string): void => memory.admit(name);
  const observers = { observer: metrics, onWorldChange, onProgress, admitGrowth };
  const context = { settings, binding, version, redact, log, faults, ...observers };
  const backend = await createBackend(context);
  const { shared } = backend;
  const replica = shared && (await import('./replicas.js')).createReplica({ shared, token, feed });
  const engine = createEngine({
    binding,
    backend: buildPipeline(backend, { settings, operations: served, routes, faults, memory, tracing }),
    journal,
    log,
    clock,
    check: settings.checkAnswers ? createConformance(shapes) : undefined,
    strict: settings.strict,
    observer: metrics,
  });
  const tokens = createTokens({
    keys: knownKeys,
    requiresSignature: token !== undefined,
    sharedSecret: shared?.tokenSecret,
    log,
  });
  const { group } = overrides;
  const controls = controlsOf(group, () =>
    assembleControls({
      backendControls: backend.controls ?? [],
      operations: served,
      journal,
      settled: engine.settled,
      faults,
      sharedFaults: shared?.faults,
      shared: shared && replica && { others: replica.others, worlds: shared },
      feed,
      defaultAccount,
      admitGrowth,
      issueToken: backend.clients === undefined ? undefined : (parts) => tokens.issue(parts),
      origin: createOwnOrigin(servers.http, publicUrl),
    }),
  );
  const notReadyReason = () => lameDuck.notReadyReason ?? backend.notReadyReason?.();
  const surfaceParts: SurfaceParts = {
    capability,
    shapes,
    describeField,
    toolSets,
    engine,
    passThrough: definition.hasTwilioUrls ? engine.passThrough : undefined,
    reportUnserved: createUnservedReport({ journal, log, clock }),
    controls,
    feed,
    mergedFeed: replica?.mergedFeed,
    ...sharedParts(group, metrics),
    notReadyReason,
    mode,
    version,
    clock,
    nextRequestId: createRequestIds(settings.rngSeed),
    readCallerContext: createCallerContextReader({ callsTwilio, usesCredentials, isTraced: tracing !== undefined }),
    readWorld: createWorldReader(apiKeys),
    clients: connectClients({
      backend: backend.clients,
      tokens,
      journal,
      faults,
      metrics,
      shared,
      limits: overrides.clientLimits,
      clock,
      log,
    }),
    clientOrigins: settings.clientOrigins ?? [],
    clientSdk: settings.clientSdk,
    hostGuard: { boundHost: settings.host, publicUrl },
    publicUrl,
    token,
    authToken,
    apiKeys,
    passCredentials: callsTwilio && settings.passCredentials,
    drainMs,
  };
  if (shared !== undefined) faults.follow(shared.faults);
  replica?.join({ servers, parts: surfaceParts, defaultAccount, worldControls: backend.controls ?? [] });
  await registerSurfaces(servers, surfaceParts);
  await Promise.all([servers.http.ready(), servers.mcp.ready()]);

  async function close(): Promise<void> {
    lameDuck.end();
    await closeServers(servers, drainMs);
    await engine.settled();
    await replica?.close();
    await backend.close();
    await tracing?.close();
  }
  return {
    ...servers,
    settings,
    capability,
    engine,
    journal,
    controls,
    metrics,
    loadMcpServers: lazy(() => loadMcpServers(surfaceParts, log)),
    groupPart: groupPartOf(metrics, notReadyReason),
    announce: replica && ((own) => replica.announce(own)),
    close,
    async stop() {
      const handedOver = shared?.handOver().catch(() => undefined);
      await lameDuck.run();
      await handedOver;
      await close();
    },
  };
}

async function loadCapabilityOf({ capabilityFiles: [first, ...others] = [] }: Settings): Promise<Capability> {
  if (first === undefined) return loadPackagedCapability();
  const { loadCapability } = await import('../capability/load.js');
  return loadCapability(first, ...others);
}

/** Tracing and its packages are large, so they are loaded on demand. */
async function loadTracing(mode: string, version: string) {
  const { startTracing } = await import('./tracing.js');
  return startTracing(mode, version);
}

/** The secrets to hide. Twilio may echo credentials, so they are hidden in the encoding of Basic auth as well. */
function secretsOf(
  { secrets, token, authToken, credentials, store }: Settings,
  apiKeys: ReadonlyMap<string, ApiKey>,
): string[] {
  const basic = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const ofKeys = Array.from(apiKeys.values(), ({ secret }) => secret);
  return [
    ...secrets,
    ...ofKeys,
    ...(store === undefined ? [] : secretsInUrl(new URL(store))),
    token,
    authToken,
    credentials?.password,
    basic,
  ].filter((secret) => secret !== undefined);
}

/** As they are written and as they are meant. */
function secretsInUrl(url: URL): readonly string[] {
  return [...passwordsIn(url), decodeURIComponent(url.password)];
}

/** The clock for the journal and for headers. It is fixed if the worlds start at a fixed time. */
function clockOf({ clock = 'real' }: Settings): Clock {
  return parseClock(clock).start === undefined ? systemClock : fixedClock(clock);
}

/** Publishes the changes of worlds that are not the result of a call: timers, receipts, webhook deliveries. */
function publishWorldChanges(feed: Feed): (event: WorldChangeEvent) => void {
  return ({ account, delivery }) =>
    feed.publish(delivery === undefined ? { kind: 'world', account } : { kind: 'delivery', id: delivery, account });
}
