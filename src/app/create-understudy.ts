import type { FastifyInstance } from 'fastify';
import { type Clock, fixedClock, parseClock, systemClock } from '../backends/simulator/kernel/clock.js';
import type { Capability } from '../capability/capability.js';
import { loadPackagedCapability } from '../capability/packaged.js';
import { loadShapes } from '../capability/shapes.js';
import { defaultSettings, type Settings } from './settings.js';
import { requireToken } from './require-token.js';
import { createBinding } from '../engine/binding.js';
import { createConformance } from '../engine/conformance.js';
import { createEngine, type RunningEngine } from '../engine/engine.js';
import { createFaults } from '../engine/faults.js';
import { createJournal, type Journal } from '../engine/journal.js';
import { drain, listen } from './listen.js';
import { createMetrics, type Metrics } from './metrics.js';
import { modes } from './modes/index.js';
import type { ModeBackend, ModeContext } from './modes/mode.js';
import { buildPipeline } from './pipeline.js';
import type { WorldChangeEvent } from '../backends/simulator/kernel/world-session.js';
import { lazy } from '../util/lazy.js';
import { createRedact } from '../core/redact.js';
import { assembleControls } from '../control/index.js';
import type { Controls } from '../control/registry.js';
import { createFeed, type Feed, observedJournal } from '../engine/feed.js';
import { describeField } from '../capability/field-descriptions.js';
import { createHttpApp } from '../surfaces/http/app.js';
import { createCallerContextReader } from '../surfaces/http/caller-context.js';
import { createOwnOrigin } from '../surfaces/http/origin.js';
import { createRequestIds } from '../surfaces/http/request-ids.js';
import { registerSurfaces } from '../surfaces/index.js';
import { loadMcpServers, type McpServers } from '../surfaces/mcp/load-servers.js';
import { selectTools } from '../surfaces/mcp/tools.js';
import type { SurfaceParts } from '../surfaces/surface.js';
import { packageVersion } from '../util/version.js';

/** What may be given in place of the usual parts, mostly by tests. */
export interface Parts {
  readonly createBackend?: (context: ModeContext) => Promise<ModeBackend>;
  readonly capability?: Capability;
  readonly writeLog?: (line: string) => void;
  /** How long a client may take to send its request, in milliseconds. */
  readonly timeoutMs?: number;
}

/** An understudy without sockets: `http.inject` asks it, `engine.call` too. */
export interface Understudy {
  readonly settings: Settings;
  readonly capability: Capability;
  readonly engine: RunningEngine;
  readonly journal: Journal;
  /** All that can be done to it beside the operations. */
  readonly controls: Controls;
  readonly metrics: Metrics;
  readonly http: FastifyInstance;
  readonly mcp: FastifyInstance;
  /** What makes the MCP server of one connection, for stdio. */
  readonly loadMcpServers: () => Promise<McpServers>;
  readonly close: () => Promise<void>;
}

/** Builds every part and hands it over; opens no socket. */
export async function createUnderstudy(given: Partial<Settings> = {}, parts: Parts = {}): Promise<Understudy> {
  const settings: Settings = { ...defaultSettings, ...given };
  const { host, token, authToken, publicUrl, logLevel, mode, strict, rngSeed } = settings;
  const { timeoutMs } = parts;
  const { callsTwilio, usesCredentials } = modes[mode];
  const capability = parts.capability ?? (await loadPackagedCapability());
  const tools = selectTools(capability.tools, settings.mcpTools);
  const shapes = loadShapes();
  const version = packageVersion();
  const clock = clockOf(settings);
  const redact = createRedact(secretsOf(settings));
  const feed = createFeed();
  const journal = observedJournal(createJournal(redact), feed);

  const writeLog = parts.writeLog ?? ((line: string) => void process.stderr.write(line));
  const newApp = () => createHttpApp({ host, publicUrl, logLevel, redact, writeLog, timeoutMs });
  const http = newApp();
  const log = http.log;
  const binding = createBinding(capability.operations, shapes);
  const metrics = createMetrics({ mode, callsTwilio, inFlight: () => backend.inFlight?.() ?? 0 });
  const faults = createFaults(settings.defaultAccount);
  const backend = await (parts.createBackend ?? ((context: ModeContext) => modes[mode].createBackend(context)))({
    settings,
    binding,
    version,
    redact,
    log,
    observer: metrics,
    faults,
    onWorldChange: publishWorldChanges(feed),
  });
  const check = settings.checkAnswers ? createConformance(shapes) : undefined;
  const tracing = settings.traces ? await loadTracing(mode, version) : undefined;
  const pipeline = buildPipeline(backend, { settings, operations: binding.operations, faults, tracing });
  const engine = createEngine({
    binding,
    backend: pipeline,
    journal,
    log,
    clock,
    check,
    strict,
    observer: metrics,
  });

  const controls = assembleControls({
    backendControls: backend.controls ?? [],
    operations: binding.operations,
    journal,
    settled: engine.settled,
    faults,
    feed,
    defaultAccount: settings.defaultAccount,
    origin: createOwnOrigin(http, publicUrl),
  });
  const mcp = newApp();
  const drainMs = settings.drain ?? modes[mode].drainMs;
  const surfaceParts: SurfaceParts = {
    capability,
    shapes,
    describeField,
    tools,
    engine,
    controls,
    feed,
    metrics,
    notReadyReason: () => backend.notReadyReason?.(),
    mode,
    version,
    clock,
    nextRequestId: createRequestIds(rngSeed),
    readCallerContext: createCallerContextReader({ callsTwilio, usesCredentials, isTraced: tracing !== undefined }),
    publicUrl,
    token,
    authToken,
    passCredentials: callsTwilio && settings.passCredentials,
    drainMs,
  };
  await registerSurfaces({ http, mcp }, surfaceParts);
  await Promise.all([http.ready(), mcp.ready()]);
  const loadServers = lazy(() => loadMcpServers(surfaceParts, log));

  async function close(): Promise<void> {
    await Promise.all([drain(http, drainMs), drain(mcp, drainMs)]);
    await engine.settled();
    await backend.close();
    await tracing?.close();
  }
  return { settings, capability, engine, journal, controls, metrics, http, mcp, loadMcpServers: loadServers, close };
}

/** An understudy that listens. */
export interface RunningUnderstudy extends Understudy {
  /** Where REST and Twilio callers reach it, e.g. `http://127.0.0.1:8080`. */
  readonly restUrl: string;
  readonly mcpUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Builds an understudy and opens its ports. @throws UnderstudyError when one is taken. */
export async function startUnderstudy(given: Partial<Settings> = {}, parts: Parts = {}): Promise<RunningUnderstudy> {
  requireToken({ ...defaultSettings, ...given });
  const understudy = await createUnderstudy(given, parts);
  const { settings, capability, http, mcp } = understudy;
  const { host, restPort = capability.ports.rest, mcpPort = capability.ports.mcp } = settings;
  try {
    const restUrl = await listen(http, host, restPort, '--rest-port');
    const mcpUrl = await listen(mcp, host, mcpPort, '--mcp-port');
    return { ...understudy, restUrl, mcpUrl, [Symbol.asyncDispose]: understudy.close };
  } catch (error) {
    await understudy.close();
    throw error;
  }
}

/** Loaded only where it is asked for: it is large. */
async function loadTracing(mode: string, version: string) {
  const { startTracing } = await import('./tracing.js');
  return startTracing(mode, version);
}

/** Everything to be hidden, in the form of Basic auth as well: a server may say back what it was sent. */
function secretsOf({ secrets, token, authToken, credentials }: Settings): string[] {
  const basic = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return [...secrets, token, authToken, credentials?.password, basic].filter((secret) => secret !== undefined);
}

/** What tells the time in journal and headers: it stands still where a world's clock begins at a moment. */
function clockOf({ clock = 'real' }: Settings): Clock {
  return parseClock(clock).start === undefined ? systemClock : fixedClock(clock);
}

/** What happens in a world without a call is told as well. */
function publishWorldChanges(feed: Feed): (notice: WorldChangeEvent) => void {
  return ({ account, delivery }) =>
    feed.publish(delivery === undefined ? { kind: 'world', account } : { kind: 'delivery', id: delivery, account });
}
