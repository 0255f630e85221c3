import { absolute, comparedCost, compared, figureOf, interleaved } from './figures.mjs';
import { costOf, latencyOf, warmUp } from './load.mjs';
import { LOAD_CORE, startBare, startOurs } from './processes.mjs';
import { authorization, prepare, send } from './requests.mjs';

const RATE = 500;
const COUNT = 2000;
const SHORT_ROUNDS = 3;
/** Of our CPU time, relative to that of the proxy. */
const MOST_COST = 0.95;
/** Milliseconds that our 99th percentile may be above the proxy's. */
const MOST_DELAY = 1;

const added = (part) => `latency that live mode adds at ${RATE}/s, ${part}`;

/**
 * Compares live mode with `@fastify/http-proxy` in front of the same upstream, which responds at once: the same request
 * with the same headers, and with all of our guards (retry, breaker, deadline, queue, journal, metrics, response checks).
 * With two cores, our server and the proxy share one, and only one of them is busy at a time. The upstream and the load
 * generator share the other core in all three cases (direct, proxy, ours).
 */
export async function measureLive({ rounds, seconds }) {
  const simulator = await startOurs();
  const { twilio } = (await prepare(simulator.origin))['GET one conversation'];
  const response = await send(twilio);
  await simulator.stop();

  const upstream = await startBare('upstream', { responses: response }, LOAD_CORE);
  const proxy = await startBare('proxy', { upstream: upstream.origin });
  const credentials = { TWILIO_USER: `AC${'1'.repeat(32)}`, TWILIO_PASS: '0'.repeat(32) };
  const ours = await startOurs(['--mode', 'live', '--upstream', upstream.origin], credentials);
  const at = ({ origin }) => ({ url: origin + new URL(twilio.url).pathname, headers: { authorization } });

  for (const server of [proxy, ours]) await warmUp(at(server));
  const costs = await interleaved(
    { proxy: () => costOf(at(proxy), proxy, { count: COUNT }), ours: () => costOf(at(ours), ours, { count: COUNT }) },
    rounds * SHORT_ROUNDS,
  );
  const evenly = (server) => () => latencyOf(at(server), { seconds: seconds / 2, rate: RATE });
  const times = await interleaved(
    { direct: evenly(upstream), proxy: evenly(proxy), ours: evenly(ours) },
    rounds * SHORT_ROUNDS,
  );
  await Promise.all([upstream, proxy, ours].map(({ stop }) => stop()));

  const minus = (part, one, other) =>
    figureOf(times[one][part].rounds.map((value, i) => value - times[other][part].rounds[i]));
  return [
    comparedCost('live mode, relative to @fastify/http-proxy', costs.ours, costs.proxy, { atMost: MOST_COST }),
    ...['p50', 'p99'].map((part) =>
      compared(added(part), minus(part, 'ours', 'direct'), minus(part, 'proxy', 'direct'), { unit: ' ms' }),
    ),
    absolute(`${added('p99')}, above that of the proxy`, minus('p99', 'ours', 'proxy'), {
      unit: ' ms',
      atMost: MOST_DELAY,
      late: times.ours.late,
      reached: times.ours.reached.median / RATE,
    }),
    absolute('by which the load generator was late, p99', times.ours.late, { unit: ' ms' }),
  ];
}
