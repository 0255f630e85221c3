import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, here, LOAD_CORE, cpuTimeOf, run } from './processes.mjs';

/** wrk if it is installed: it uses less CPU than autocannon, so it does not slow down a fast server as much. */
export const generator = has('wrk') ? 'wrk' : 'autocannon';
export const CONNECTIONS = 32;

/**
 * Sends requests to a server for whole seconds.
 * @param server its CPU time is counted
 * @returns requests per second, and CPU time per request in milliseconds
 * @throws if a request fails
 */
export async function load(target, seconds, { child }) {
  const before = cpuTimeOf(child);
  const { rate, count } = await generate(target, seconds);
  return { value: rate, cost: before === undefined ? undefined : (cpuTimeOf(child) - before) / count };
}

const WARM_UP_REQUESTS = 20_000;

/** Sends requests until V8 has optimised the server's code, which depends on the number of requests, not on time. */
export async function warmUp(target) {
  for (let count = 0; count < WARM_UP_REQUESTS;) count += (await generate(target, 2)).count;
}

/** Response times of each target at a constant request rate: see steady.mjs. */
export async function latencies(targets, { seconds, rate, rounds }) {
  const options = { targets, rate, seconds, rounds, connections: CONNECTIONS };
  return JSON.parse(await outputOf([process.execPath, here('steady.mjs'), JSON.stringify(options)]));
}

const generate = (target, seconds) => (generator === 'wrk' ? runWrk(target, seconds) : runAutocannon(target, seconds));

async function runWrk({ url, method = 'GET', headers = {}, body }, seconds) {
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

/** The JSON escapes that occur here are valid in Lua as well. */
const quoted = (text) => JSON.stringify(text);

async function runAutocannon({ url, method = 'GET', headers = {}, body }, seconds) {
  const options = { url, method, headers, body, connections: CONNECTIONS, duration: seconds };
  const printed = await outputOf([process.execPath, here('autocannon.mjs'), JSON.stringify(options)]);
  const { requests, errors, non2xx } = JSON.parse(printed);
  if (errors > 0 || non2xx > 0)
    throw new Error(`${method} ${url}: ${errors} errors, ${non2xx} responses other than 2xx`);
  return { rate: requests.average, count: requests.total };
}

async function outputOf(command) {
  const child = run(LOAD_CORE, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  await once(child, 'close');
  return printed;
}
