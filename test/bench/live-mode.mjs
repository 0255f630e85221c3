import { absolute, compared, figureOf, interleaved } from './figures.mjs';
import { latencies, load, warmUp } from './load.mjs';
import { LOAD_CORE, startBare, startOurs } from './processes.mjs';
import { authorization, prepare, send } from './requests.mjs';

const RATE = 500;

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
  const rates = await interleaved(
    { proxy: () => load(at(proxy), seconds, proxy), ours: () => load(at(ours), seconds, ours) },
    rounds,
  );
  const targets = { direct: at(upstream), proxy: at(proxy), ours: at(ours) };
  const times = await latencies(targets, { seconds: 2 * seconds, rate: RATE, rounds });
  await Promise.all([upstream, proxy, ours].map(({ stop }) => stop()));

  const added = (target, part) => figureOf(times[target].map((round, i) => round[part] - times.direct[i][part]));
  const nameOf = (part) => `latency added by live mode at ${RATE}/s, ${part}`;
  // The latency that the proxy adds shows how much of ours comes from the machine.
  const nextToProxy = (part) =>
    compared(`${nameOf(part)}, relative to the proxy`, added('ours', part), added('proxy', part), { unit: ' ms' });
  return [
    compared('live mode, relative to @fastify/http-proxy', rates.ours, rates.proxy, { atLeast: 0.9 }),
    nextToProxy('p50'),
    nextToProxy('p99'),
    absolute(nameOf('p99'), added('ours', 'p99'), { unit: ' ms', atMost: 2 }),
  ];
}
