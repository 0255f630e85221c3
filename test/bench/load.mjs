import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, here, LOAD_CORE, run } from './processes.mjs';

/** wrk when it is installed: it takes less of the machine for itself, so it hides less of a fast server. */
export const generator = has('wrk') ? 'wrk' : 'autocannon';
export const CONNECTIONS = 32;

/** Requests a second that a server answers, measured for whole seconds. @throws when one of them is no success */
export async function load(target, seconds) {
  return generator === 'wrk' ? byWrk(target, seconds) : (await byAutocannon(target, seconds)).rate;
}

/** How long requests take that come at a steady rate, in milliseconds. */
export async function latency(target, seconds, rate) {
  return (await byAutocannon(target, seconds, rate)).p99;
}

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
    return rate;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** JSON's escapes are Lua's too, as far as they occur here. */
const quoted = (text) => JSON.stringify(text);

async function byAutocannon({ url, method = 'GET', headers = {}, body }, seconds, rate) {
  const options = { url, method, headers, body, connections: CONNECTIONS, duration: seconds, overallRate: rate };
  const printed = await outputOf([process.execPath, here('autocannon.mjs'), JSON.stringify(options)]);
  const { requests, latency: times, errors, non2xx } = JSON.parse(printed);
  if (errors > 0 || non2xx > 0) throw new Error(`${method} ${url}: ${errors} errors, ${non2xx} refusals`);
  return { rate: requests.average, p99: times.p99 };
}

async function outputOf(command) {
  const child = run(LOAD_CORE, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  await once(child, 'close');
  return printed;
}
