import { once } from 'node:events';
import { LOAD_CORE, alone, here, pinned, run, usageOf } from './processes.mjs';

export const CONNECTIONS = 16;

let child;

/** Runs the load generator, which is one process for the whole bench: see generator.mjs. */
async function generate(options) {
  if (child === undefined) {
    child = run(LOAD_CORE, [process.execPath, here('generator.mjs')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
  }
  child.send(options);
  const [reply] = await once(child, 'message');
  if (reply.error !== undefined) throw new Error(reply.error);
  return reply;
}

/**
 * Sends a number of requests to a server.
 * @returns what the server's process used, from the accounts of the operating system: CPU time per request in
 *   microseconds (all, and separately in programs and in the kernel), the share of the run in which it was ready but had to wait
 *   for a processor that another program used, and requests per second
 * @throws if a request fails
 */
export async function costOf(target, { child: server }, { count, connections = CONNECTIONS }) {
  const before = usageOf(server);
  const { seconds } = await alone(server, () => generate({ target, connections, count }));
  const after = usageOf(server);
  const perRequest = (name) => ((after[name] - before[name]) * 1000) / count;
  return {
    cpu: perRequest('cpu'),
    user: perRequest('user'),
    system: perRequest('system'),
    waited: Math.max(0, after.waited - before.waited - (pinned ? after.helpers - before.helpers : 0)) / 1000 / seconds,
    rate: count / seconds,
  };
}

const WARM_UP_REQUESTS = 20_000;

/** Sends requests until V8 has optimised the server's code, which depends on the number of requests, not on time. */
export async function warmUp(target, count = WARM_UP_REQUESTS) {
  await generate({ target, connections: CONNECTIONS, count });
}

const percentile = (sorted, share) => sorted[Math.ceil(sorted.length * share) - 1];

/**
 * Response times under an even load, in milliseconds.
 * @returns the 50th and 99th percentile, the 99th percentile of the time by which the generator was late, and the
 *   requests per second that were answered
 */
export async function latencyOf(target, { seconds, rate }) {
  const { times, delays, reached } = await generate({ target, connections: CONNECTIONS, seconds, rate });
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), late: percentile(delays, 0.99), reached };
}
