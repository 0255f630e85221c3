import { absolute, compared, figureOf, interleaved } from './figures.mjs';
import { latencies, load, warmUp } from './load.mjs';
import { LOAD_CORE, startBare, startOurs } from './processes.mjs';
import { ask, authorization, prepare } from './requests.mjs';

const RATE = 500;

/**
 * Live mode in front of an upstream that answers at once, against fastify's own proxy in front of the same one: the same
 * request with the same headers, and all of our guards on (retry, breaker, deadline, queue, journal, metrics, checks of
 * answers). With two cores, ours and the proxy are alone on theirs, as the one that is not asked has nothing to do;
 * upstream and load share the other, for the proxy, for ours and for what goes to the upstream directly alike.
 */
export async function measureLive({ rounds, seconds }) {
  const simulator = await startOurs();
  const { twilio } = (await prepare(simulator.origin))['GET one conversation'];
  const answer = await ask(twilio);
  await simulator.stop();

  const upstream = await startBare('upstream', { answers: answer }, LOAD_CORE);
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

  const added = (who, part) => figureOf(times[who].map((round, place) => round[part] - times.direct[place][part]));
  const what = (share) => `what live mode adds at ${RATE}/s, ${share} of 100 within`;
  // What the proxy adds on the same way tells how much of it is the machine's.
  const besideProxy = (share, part) =>
    compared(`${what(share)}, against the proxy`, added('ours', part), added('proxy', part), { unit: ' ms' });
  return [
    compared('live mode, against @fastify/http-proxy', rates.ours, rates.proxy, { atLeast: 0.9 }),
    besideProxy(50, 'p50'),
    besideProxy(99, 'p99'),
    absolute(what(99), added('ours', 'p99'), { unit: ' ms', atMost: 2 }),
  ];
}
