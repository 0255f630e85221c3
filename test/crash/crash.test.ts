import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { anyPorts, serve, start } from '../helpers/command.js';
import { writeBallast } from './ballast.js';
import { post, type Random, randomFrom, send, untilGone, Writer } from './writer.js';

/** `npm run crash` runs many. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const WRITERS = 8;
/** Repeats a failed run, as far as its randomness is ours. */
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

const folder = mkdtempSync(join(tmpdir(), 'understudy-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dataFile = join(folder, 'worlds.json');
// A fixed port, because it occurs in the responses, which are compared exactly.
const args = ['--data', dataFile, '--rest-port', String(await freePort())];

test(
  `acknowledged writes survive ${ROUNDS} crashes, and no write is partial (CRASH_SEED=${SEED})`,
  async () => {
    const random = randomFrom(SEED);
    const writers: Writer[] = [];
    let kills = 0;
    await writeBallast(dataFile);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { restUrl, process: server, finished } = await serve(args);
      expect(await problemsAt(restUrl, writers)).toEqual([]);
      while (writers.length < WRITERS) writers.push(await Writer.create(restUrl, `writer ${writers.length}`, random));
      const started = writers.map((writer) => writer.acknowledged(5));
      const writing = writers.map((writer) => writer.write(restUrl));
      const cycles = untilGone(() => createAndDelete(restUrl));
      await Promise.all(started);
      await wait(random() * 500);
      // Sometimes during a shutdown, while it compacts its log.
      if (random() < 0.3) {
        server.kill('SIGTERM');
        await wait(random() * 50);
      }
      server.kill('SIGKILL');
      kills += 1;
      await Promise.all([finished, cycles, ...writing]);
      if (random() < 0.3) {
        await crashAtStart(random);
        kills += 1;
      }
    }
    const last = await serve(args);
    expect(await problemsAt(last.restUrl, writers)).toEqual([]);
    expect(writers.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(ROUNDS * WRITERS);
    last.process.kill('SIGTERM');
    const { code, stderr } = await last.finished;
    expect(code).toBe(0);
    // A slow start shows its progress. The only acceptable warning is about a line that the last crash left incomplete.
    const warnings = stderr.split('\n').filter((line) => !/^$|^understudy: reading the data file/.test(line));
    expect(warnings.filter((line) => !line.includes('incomplete last entry'))).toEqual([]);
    expect(warnings.length).toBeLessThan(2);
    expect(readdirSync(folder).sort()).toEqual(['worlds.json', 'worlds.json.log']);
    const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledgedWrites, 0);
    if (process.env['CRASH_ROUNDS'] !== undefined) process.stdout.write(`${JSON.stringify({ kills, acknowledged })}\n`);
  },
  20_000 + ROUNDS * 10_000,
);

/** A start after a crash compacts the log. A crash during that must not lose anything either. */
async function crashAtStart(random: Random): Promise<void> {
  const { process: server, finished } = start(['serve', ...anyPorts, ...args]);
  await wait(random() * 1500);
  server.kill('SIGKILL');
  await finished;
}

/** Creating a service also creates its roles, and deleting it deletes everything in it. */
async function createAndDelete(url: string): Promise<void> {
  const { sid } = await post(`${url}/v1/Services`, { FriendlyName: 'short-lived' });
  await post(`${url}/v1/Services/${sid as string}/Users`, { Identity: 'a' });
  await send(`${url}/v1/Services/${sid as string}`, { method: 'DELETE' });
}

async function problemsAt(url: string, writers: readonly Writer[]): Promise<string[]> {
  const found = await Promise.all(writers.map((writer) => writer.check(url)));
  return [...found.flat(), ...(await brokenServices(url))];
}

async function brokenServices(url: string): Promise<string[]> {
  const { services } = (await (await send(`${url}/v1/Services?PageSize=100`)).json()) as {
    services: { url: string }[];
  };
  const broken: string[] = [];
  for (const service of services) {
    const serviceUrl = url + new URL(service.url).pathname;
    const { roles } = (await (await send(`${serviceUrl}/Roles`)).json()) as { roles: object[] };
    await send(`${serviceUrl}/Configuration`);
    if (roles.length !== 4) broken.push(`${service.url} has lost some of its roles`);
  }
  return broken;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
