import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const main = here('../../dist/main.js');

/** Whether a program is installed. */
export function has(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether servers get one core and the load generator another. */
export const pinned = availableParallelism() > 1 && has('taskset');
const SERVER_CORE = '0';
export const LOAD_CORE = '1';

export const onCore = (core, command) => (pinned ? ['taskset', '-c', core, ...command] : command);

/** The core of each program that runs. */
const running = new Map();
process.on('exit', () => {
  for (const child of running.keys()) child.kill('SIGKILL');
});

/** Starts a program on a core. It is killed when this process exits. */
export function run(core, command, options = {}) {
  const [file, ...args] = onCore(core, command);
  const own = Object.entries(process.env).filter(([name]) => !/^(UNDERSTUDY|TWILIO)_/.test(name));
  const { env, ...others } = options;
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    ...others,
    env: { ...Object.fromEntries(own), NODE_ENV: 'production', ...env },
  });
  running.set(child, core);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Measures a server while the others on its core are suspended: one that is idle still checks responses and collects garbage. */
export async function alone(server, measure) {
  const others = [...running].filter(([child, core]) => child !== server && core === SERVER_CORE);
  for (const [child] of others) child.kill('SIGSTOP');
  try {
    return await measure();
  } finally {
    for (const [child] of others) child.kill('SIGCONT');
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a server and waits for its first response, however long that takes. */
export async function startServer(command, { url, core = SERVER_CORE, headers = {}, ...options }) {
  const began = performance.now();
  const child = run(core, command, options);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} exited at once`);
    try {
      const response = await fetch(url, { headers });
      await response.arrayBuffer();
      return { child, milliseconds: performance.now() - began, stop: () => stop(child) };
    } catch {
      await wait(2);
    }
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts understudy on free ports. @param flags Node.js flags */
export async function startOurs(args = [], env = {}, { flags = [], ...options } = {}) {
  const [rest, mcp] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${rest}`;
  const command = [
    process.execPath,
    ...flags,
    main,
    'serve',
    '--rest-port',
    `${rest}`,
    '--mcp-port',
    `${mcp}`,
    ...args,
  ];
  const server = await startServer(command, { url: `${origin}/__understudy/health`, env, ...options });
  return { ...server, origin, mcp: `http://127.0.0.1:${mcp}/mcp` };
}

/** Starts one of the baseline servers. */
export async function startBare(kind, options = {}, core = SERVER_CORE) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = { BENCH_OPTIONS: JSON.stringify({ port, ...options }) };
  const server = await startServer([process.execPath, here('bare.mjs'), kind], { url: `${origin}/ready`, env, core });
  return { ...server, origin };
}

/** Resident memory of a process, in megabytes. */
export function residentOf({ pid }) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1024;
}

/**
 * What a process has used so far, in milliseconds, from Linux's accounts: CPU time of all threads (`cpu`, exact), the same in
 * programs and in the kernel (`user`, `system`, in steps of 10 ms), the time in which its main thread was ready but had to
 * wait for a processor (`waited`), and the CPU time of its other threads (`helpers`), for which it waits if they share a core.
 */
export function usageOf({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const statistics = (task) =>
    readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8')
      .split(' ')
      .map((nanoseconds) => Number(nanoseconds) / 1e6);
  const cpu = readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + statistics(task)[0], 0);
  const [own, waited] = statistics(pid);
  return { cpu, user: Number(fields[11]) * 10, system: Number(fields[12]) * 10, waited, helpers: cpu - own };
}
