import { absolute, compared, figureOf, interleaved } from './figures.mjs';
import { latency, load } from './load.mjs';
import { LOAD_CORE, startBare, startOurs } from './processes.mjs';
import { ask, authorization, prepare } from './requests.mjs';

const RATE = 500;

/** Live mode in front of an upstream that answers at once, against fastify's own proxy in front of the same one. */
export async function measureLive({ rounds, seconds }) {
  const simulator = await startOurs();
  const { twilio } = (await prepare(simulator.origin))['GET one conversation'];
  const answer = await ask(twilio);
  await simulator.stop();

  // On the core of what makes the load: the one of the server under test is its own.
  const upstream = await startBare('upstream', { answers: answer }, LOAD_CORE);
  const proxy = await startBare('proxy', { upstream: upstream.origin });
  const credentials = { TWILIO_USER: `AC${'1'.repeat(32)}`, TWILIO_PASS: 'none' };
  const ours = await startOurs(['--mode', 'live', '--upstream', upstream.origin], credentials);
  const at = ({ origin }) => ({ url: origin + new URL(twilio.url).pathname, headers: { authorization } });

  const rates = await interleaved(
    { proxy: () => load(at(proxy), seconds, proxy), ours: () => load(at(ours), seconds, ours) },
    rounds,
  );
  const times = await interleaved(
    { direct: () => latency(at(upstream), 2 * seconds, RATE), ours: () => latency(at(ours), 2 * seconds, RATE) },
    Math.ceil(rounds / 2),
  );
  await Promise.all([upstream, proxy, ours].map(({ stop }) => stop()));
  const added = figureOf(times.ours.rounds.map((time, round) => time - times.direct.rounds[round]));
  return [
    compared('live mode, against @fastify/http-proxy', rates.ours, rates.proxy, { atLeast: 0.9 }),
    absolute(`live mode at ${RATE}/s: what it adds, 99 of 100 within`, added, { unit: ' ms', atMost: 2 }),
  ];
}
