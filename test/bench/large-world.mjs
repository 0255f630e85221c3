import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { absolute, figureOf } from './figures.mjs';
import { writeLargeFile } from './large-file.mjs';
import { residentOf, startOurs, usageOf } from './processes.mjs';

const PROBE_MS = 5;
const WARM_UP = 50;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Measures a server with a large data file: its start, its memory, stalls while it compacts the log, and copies of the world. */
export async function measureLargeWorld({ messages }) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-large-'));
  try {
    const [whole, logged, exported] = ['whole', 'logged', 'exported'].map((name) => join(folder, `${name}.json`));
    await writeLargeFile(whole, { messages });
    await writeLargeFile(logged, { messages, logged: messages / 4 });
    // More than a string can be.
    await writeLargeFile(exported, { messages: messages * 1.2 });
    return [
      ...(await measureStart(whole, 'data file', measureSavedFork)),
      ...(await measureStart(logged, 'data file with a quarter of them in its log', measureStall)),
      ...(await measureCopies(exported)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureStart(file, what, andThen = async () => []) {
  const server = await startOurs(['--data', file], {}, { core: '0,1' });
  const { cpu } = usageOf(server.child);
  const rows = [
    row(`${what}: start`, server.milliseconds / 1000, ' s', 8),
    row(`${what}: CPU time of the start`, cpu / 1000, ' s'),
    row(`${what}: resident after the start`, residentOf(server.child), ' MB', 700),
    ...(await andThen(server, file)),
  ];
  await server.stop();
  return rows;
}

/** A fork that is acknowledged once it is in the files. */
async function measureSavedFork(server) {
  // Loads what every control needs.
  await callControl(server, 'snapshots', '{}');
  const { ms } = await callControl(server, 'fork', FORK);
  return [row('data file: fork (CPU time)', ms, ' ms', 200)];
}

const FORK = JSON.stringify({ to: `AC${'f'.repeat(32)}` });

/** Calls a control of worlds. @returns the CPU time of the server, and the length of the response */
async function callControl(server, name, body, options = {}) {
  const url = `${server.origin}/__understudy/worlds/${name}`;
  const { cpu } = usageOf(server.child);
  const response = await fetch(url, { method: 'POST', headers: JSON_TYPE, body, ...options });
  let length = 0;
  for await (const chunk of response.body) length += chunk.length;
  if (!response.ok) throw new Error(`worlds.${name} returned ${response.status}`);
  return { ms: usageOf(server.child).cpu - cpu, length };
}

/** Sends requests until the document has been written anew. */
async function measureStall({ origin, child }, file) {
  let longest = 0;
  let count = 0;
  while (existsSync(`${file}.log.next`)) {
    // The time in which other programs used the processors is no stall.
    const waited = usageOf(child).waited + waitedHere();
    const began = performance.now();
    await (await fetch(`${origin}/v1/Services?PageSize=1`, { headers: caller })).arrayBuffer();
    const took = performance.now() - began - (usageOf(child).waited + waitedHere() - waited);
    // The first ones are not compiled yet.
    if (count > WARM_UP) longest = Math.max(longest, took);
    count += 1;
    await wait(PROBE_MS);
  }
  return [row(`longest of ${count} requests while the log is compacted`, longest, ' ms', 50)];
}

/** The time in which this process had to wait for a processor, in milliseconds. */
const waitedHere = () => Number(readFileSync(`/proc/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;

const caller = { authorization: `Basic ${Buffer.from(`AC${'0'.repeat(32)}:bench`).toString('base64')}` };

/** Of a world that is larger than a string can be, over HTTP. */
async function measureCopies(file) {
  const server = await startOurs();
  const control = (...args) => callControl(server, ...args);
  const size = statSync(file).size;
  const imported = await control('import', Readable.toWeb(Readable.from(documentOf(file))), { duplex: 'half' });
  // Loads what every control needs.
  await control('snapshots', '{}');
  const snapshot = await control('snapshot', JSON.stringify({ name: 'bench' }));
  const fork = await control('fork', FORK);
  const exported = await control('export', '{}');
  await server.stop();
  return [
    row('snapshot (CPU time)', snapshot.ms, ' ms', 200),
    row('fork (CPU time)', fork.ms, ' ms', 200),
    row(`import of ${megabytes(size)} (CPU time)`, imported.ms / 1000, ' s'),
    row(`export of ${megabytes(exported.length)} (CPU time)`, exported.ms / 1000, ' s'),
  ];
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

async function* documentOf(file) {
  yield '{"document":';
  yield* createReadStream(file);
  yield '}';
}

const row = (name, value, unit, atMost) => absolute(name, figureOf([value]), { unit, ...(atMost && { atMost }) });
