/** What the runs share that last: many requests at once, what a server says of itself, and the verdict. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, setGlobalDispatcher } from 'undici';
import { here, startOurs } from './processes.mjs';

/** Longer than receipts go on by themselves, and idle connections are kept after that: what is left then is what leaks. */
const QUIET = 15_000;
// A server may offer to keep them for longer.
setGlobalDispatcher(new Agent({ keepAliveMaxTimeout: 2000 }));

/** Does something for every number up to `end` that was not done yet, so many at once. */
export function createTurns(atOnce, one) {
  let next = 0;
  return (end) =>
    Promise.all(
      Array.from({ length: atOnce }, async (_, lane) => {
        while (next < end) await one((next += 1), lane);
      }),
    );
}

/** Starts understudy so that it can be asked what it holds. */
export function startGauged(args, env) {
  const flags = ['--expose-gc', '--import', here('gauge.mjs')];
  return startOurs(args, env, { flags, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** What a server holds once it has been quiet and its garbage is gone: megabytes, and open files. */
export async function gaugeOf({ child }) {
  await wait(QUIET);
  const reply = once(child, 'message');
  child.send('gauge');
  return (await reply)[0];
}

/** Ends a server in good order. @returns its exit code */
export async function stopped({ child }) {
  child.kill('SIGTERM');
  return (await once(child, 'exit'))[0];
}

/** A metric of the server's: its values, each with its labels. */
export async function metricOf({ origin }, name) {
  const text = await (await fetch(`${origin}/__understudy/metrics`)).text();
  const lines = text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm);
  return [...lines].filter(([, each]) => each === name).map(([, , labels = '', value]) => [labels, Number(value)]);
}

/** Counts things by name. */
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

/** Prints what was found, and ends the process: with 1 when something is wrong. */
export function conclude(lines, faults) {
  const width = Math.max(...lines.map(([what]) => what.length));
  for (const [what, found] of lines) process.stdout.write(`${what.padEnd(width)}  ${found}\n`);
  process.stdout.write(faults.length === 0 ? 'Everything holds.\n' : `FAILED: ${faults.join('; ')}\n`);
  process.exit(faults.length === 0 ? 0 : 1);
}
