import type { Registry } from 'prom-client';
import type { LiveObserver } from '../backends/live/live.js';
import type { OwnedWorldInfo } from '../core/shared-worlds.js';
import type { EngineObserver } from '../engine/engine.js';
import { lazyCode } from '../util/load-code.js';
import type { ClientMetrics } from '../surfaces/client/metrics.js';
import type { WebhookObserver } from './modes/mode.js';
import { LabelledMetric, type Metric } from '../util/labelled-metric.js';

/** Counters since the start of the process, in Prometheus's text format. */
export interface Metrics extends EngineObserver, LiveObserver, WebhookObserver {
  readonly clients: ClientMetrics;
  /** The metrics as data, to be combined with those of other processes by `renderTogether`. */
  read(): Promise<unknown>;
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

const BREAKER = { closed: 0, 'half-open': 1, open: 2 } as const;

export interface MetricsOptions {
  /** The mode's name: a label of every metric. */
  readonly mode: string;
  /** Include the metrics of requests to Twilio. */
  readonly callsTwilio: boolean;
  /** Returns the number of requests to Twilio that are in flight or queued. */
  readonly inFlight: () => number;
  /** On a shared database. */
  readonly shared?: (() => SharedCounts) | undefined;
}

interface SharedCounts {
  /** The address of this server. */
  readonly server: string;
  /** The number of worlds in the memory of this server. */
  readonly worlds: number;
  readonly owned: Iterable<OwnedWorldInfo>;
  /** The number of requests that were forwarded to other servers. */
  readonly forwarded: number;
}

/** Of so many worlds, metrics say who has them: a series for each world could overload what collects them. */
const MAX_OWNED = 100;

/** Counts exchanges and requests to Twilio. */
export function createMetrics({ mode, callsTwilio, inFlight, shared }: MetricsOptions): Metrics {
  const requests = new LabelledMetric('understudy_requests_total', 'Exchanges.', ['operation', 'surface', 'status']);
  const durations = histogram('understudy_request_duration_seconds', 'Time until the response.', [
    'operation',
    'surface',
  ]);
  const violations = new LabelledMetric(
    'understudy_violations_total',
    'Differences between responses and the published schemas.',
    ['operation', 'surface'],
  );
  const attempts = histogram('understudy_upstream_duration_seconds', 'Time of one request to Twilio.', [
    'operation',
    'status',
  ]);
  const retries = new LabelledMetric('understudy_upstream_retries_total', 'Retried requests to Twilio, by reason.', [
    'operation',
    'reason',
  ]);
  const breaker = gauge('understudy_upstream_breaker_state', '0: closed; 1: half open; 2: open.', 'max');
  const opened = new LabelledMetric(
    'understudy_upstream_breaker_opened_total',
    'Number of times the breaker opened.',
    [],
  );
  const waiting = gauge('understudy_upstream_requests', 'Requests to Twilio that are in flight or queued.');
  const connections = gauge('understudy_client_connections', 'Connected client SDKs.');
  const frames = new LabelledMetric('understudy_client_frames_total', 'Frames from client SDKs.', ['method']);
  const droppedClients = new LabelledMetric(
    'understudy_client_dropped_total',
    'Connections of client SDKs that were refused or closed by this server, by reason.',
    ['reason'],
  );
  const dropped = new LabelledMetric(
    'understudy_webhooks_dropped_total',
    'Webhook deliveries that were given up before they were sent, by reason.',
    ['reason'],
  );
  const always: Metric[] = [requests, durations, violations, dropped, connections, frames, droppedClients];
  connections.set([], 0);
  const live: Metric[] = [attempts, retries, breaker, opened, waiting];
  breaker.set([], BREAKER.closed);
  opened.add([], 0);
  const worlds = gauge('understudy_store_worlds', 'Worlds of --store in the memory of this server.');
  const forwarded = gauge(
    'understudy_store_forwarded',
    'Requests that were forwarded to other servers since the start.',
  );
  const owners = gauge(
    'understudy_store_world_epoch',
    `Worlds of --store in the memory of this server, the first ${MAX_OWNED} by account. The value is how often servers have taken the world.`,
    'max',
    ['account', 'server'],
  );

  const registry = lazyCode(() =>
    createRegistry(mode, [
      ...always,
      ...(callsTwilio ? live : []),
      ...(shared === undefined ? [] : [worlds, forwarded, owners]),
    ]),
  );

  function update(): void {
    waiting.set([], inFlight());
    const counts = shared?.();
    worlds.set([], counts?.worlds ?? 0);
    forwarded.set([], counts?.forwarded ?? 0);
    owners.clear();
    const first = [...(counts?.owned ?? [])].sort((a, b) => (a.account < b.account ? -1 : 1)).slice(0, MAX_OWNED);
    for (const { account, epoch } of first) owners.set([account, counts?.server ?? ''], epoch);
  }

  return {
    answered(operation, surface, status, seconds) {
      requests.add([operation, surface, String(status)]);
      durations.observe([operation, surface], seconds);
    },
    violated: (operation, surface, count) => violations.add([operation, surface], count),
    webhookDropped: (reason) => dropped.add([reason]),
    attempted: (operation, status, seconds) => attempts.observe([operation, status], seconds),
    retried: (operation, reason) => retries.add([operation, reason]),
    breaker(state) {
      breaker.set([], BREAKER[state]);
      if (state === 'open') opened.add([]);
    },
    clients: {
      connections: (count) => connections.set([], count),
      frame: (method) => frames.add([method]),
      dropped: (reason) => droppedClients.add([reason]),
    },
    async read() {
      update();
      return (await registry()).getMetricsAsJSON();
    },
    async render() {
      update();
      return textOf(await registry());
    },
  };
}

function histogram(name: string, help: string, labels: readonly string[]): LabelledMetric {
  return new LabelledMetric(name, help, labels, 'histogram');
}

function gauge(
  name: string,
  help: string,
  aggregator: 'sum' | 'max' = 'sum',
  labels: readonly string[] = [],
): LabelledMetric {
  return new LabelledMetric(name, help, labels, 'gauge', aggregator);
}

/** Adds prom-client's metrics of the process: memory, event loop, garbage collection. */
async function createRegistry(mode: string, metrics: readonly Metric[]) {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  registry.setDefaultLabels({ mode });
  collectDefaultMetrics({ register: registry });
  for (const metric of metrics) registry.registerMetric(metric as never);
  return registry;
}

type Rendered = Awaited<ReturnType<Metrics['render']>>;

async function textOf(registry: Pick<Registry, 'contentType' | 'metrics'>): Promise<Rendered> {
  return { type: registry.contentType, text: await registry.metrics() };
}

/** Renders the metrics of several processes as one: counters are added up, a breaker counts as open if any is. */
export async function renderTogether(parts: readonly unknown[]): Promise<Rendered> {
  const { AggregatorRegistry } = await import('prom-client');
  return textOf(AggregatorRegistry.aggregate(parts as object[]));
}
