/** Shared by the soak tests: concurrent work, measurements inside the server, and the final report. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, setGlobalDispatcher } from 'undici';
import { here, startOurs } from './processes.mjs';

/** Milliseconds to wait before measuring: longer than receipts take and idle connections are kept, so the rest is a leak. */
const QUIET_MS = 15_000;
// Servers may offer to keep connections open for longer.
setGlobalDispatcher(new Agent({ keepAliveMaxTimeout: 2000 }));

/** Returns a function that calls `run` for every number up to `end` that is not done yet, `concurrency` at a time. */
export function createWorkers(concurrency, run) {
  let next = 0;
  return (end) =>
    Promise.all(
      Array.from({ length: concurrency }, async (_, worker) => {
        while (next < end) await run((next += 1), worker);
      }),
    );
}

/** Starts understudy so that `gaugeOf` can measure it from inside. */
export function startGauged(args, env) {
  const flags = ['--expose-gc', '--import', here('gauge.mjs')];
  return startOurs(args, env, { flags, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Memory (MB) and open files of a server after a quiet period and a garbage collection. */
export async function gaugeOf({ child }) {
  await wait(QUIET_MS);
  const reply = once(child, 'message');
  child.send('gauge');
  return (await reply)[0];
}

/** Stops a server with SIGTERM. @returns its exit code */
export async function stopped({ child }) {
  child.kill('SIGTERM');
  return (await once(child, 'exit'))[0];
}

/** The values of one of the server's metrics, each with its labels. */
export async function metricOf({ origin }, name) {
  const text = await (await fetch(`${origin}/__understudy/metrics`)).text();
  const lines = text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm);
  return [...lines].filter(([, each]) => each === name).map(([, , labels = '', value]) => [labels, Number(value)]);
}

/** Counters by name. */
export class Counts extends Map {
  add(name, count = 1) {
    this.set(name, (this.get(name) ?? 0) + count);
  }

  get total() {
    return [...this.values()].reduce((sum, count) => sum + count, 0);
  }

  get text() {
    const sorted = [...this].sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
    return sorted.map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
  }
}

export const round = (value) => Math.round(value * 10) / 10;
export const shown = (figures) =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join(', ');

/** Prints the results and exits, with 1 if there are problems. */
export function conclude(lines, problems) {
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
  process.stdout.write(problems.length === 0 ? 'Passed.\n' : `FAILED: ${problems.join('; ')}\n`);
  process.exit(problems.length === 0 ? 0 : 1);
}
