import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, here, LOAD_CORE, processorTimeOf, run } from './processes.mjs';

/** wrk when it is installed: it takes less of the machine for itself, so it hides less of a fast server. */
export const generator = has('wrk') ? 'wrk' : 'autocannon';
export const CONNECTIONS = 32;

/**
 * Loads a server for whole seconds.
 * @param server whose processor time is counted
 * @returns requests a second, and the milliseconds of processor time that each cost. @throws when one is no success
 */
export async function load(target, seconds, { child }) {
  const before = processorTimeOf(child);
  const { rate, count } = await generate(target, seconds);
  return { value: rate, cost: before === undefined ? undefined : (processorTimeOf(child) - before) / count };
}

const WARM = 20_000;

/** Loads a server until its code is compiled as it will be: that takes requests, not seconds, and more of them for more code. */
export async function warmUp(target) {
  for (let count = 0; count < WARM;) count += (await generate(target, 2)).count;
}

/** How long answers take that are asked for at an even rate, from each target in turn: see steady.mjs. */
export async function latencies(targets, { seconds, rate, rounds }) {
  const options = { targets, rate, seconds, rounds, connections: CONNECTIONS };
  return JSON.parse(await outputOf([process.execPath, here('steady.mjs'), JSON.stringify(options)]));
}

const generate = (target, seconds) => (generator === 'wrk' ? byWrk(target, seconds) : byAutocannon(target, seconds));

async function byWrk({ url, method = 'GET', headers = {}, body }, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const script = join(folder, 'request.lua');
  const lines = [`wrk.method = ${quoted(method)}`, body === undefined ? '' : `wrk.body = ${quoted(body)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`wrk.headers[${quoted(name)}] = ${quoted(value)}`);
  writeFileSync(script, lines.join('\n'));
  try {
    const flags = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '30s', '-s', script];
    const printed = await outputOf(['wrk', ...flags, url]);
    const rate = Number(/^Requests\/sec:\s+([\d.]+)/m.exec(printed)?.[1]);
    if (!(rate > 0) || /Non-2xx|Socket errors/.test(printed)) throw new Error(`${method} ${url}: ${printed}`);
    return { rate, count: Number(/(\d+) requests in/.exec(printed)?.[1]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** JSON's escapes are Lua's too, as far as they occur here. */
const quoted = (text) => JSON.stringify(text);

async function byAutocannon({ url, method = 'GET', headers = {}, body }, seconds) {
  const options = { url, method, headers, body, connections: CONNECTIONS, duration: seconds };
  const printed = await outputOf([process.execPath, here('autocannon.mjs'), JSON.stringify(options)]);
  const { requests, errors, non2xx } = JSON.parse(printed);
  if (errors > 0 || non2xx > 0) throw new Error(`${method} ${url}: ${errors} errors, ${non2xx} refusals`);
  return { rate: requests.average, count: requests.total };
}

async function outputOf(command) {
  const child = run(LOAD_CORE, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  await once(child, 'close');
  return printed;
}
