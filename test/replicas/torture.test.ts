import { expect, test } from 'vitest';
import { noPostgres, Postgres } from '../helpers/postgres.js';
import { Caller } from './caller.js';
import { pause, ReplicaProcess } from './cluster.js';

const ROUNDS = Number(process.env['REPLICA_ROUNDS']);
const SEED = Number(process.env['REPLICA_SEED']);
const WORLDS = 4;
/** How long callers may wait for a world after a server was killed or frozen, in milliseconds. */
const FAILOVER_MS = 5000;

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (noPostgres !== undefined) throw new Error(`\`npm run store:postgres\` needs PostgreSQL: ${noPostgres}.`);

test(`three servers on one database lose, double and miss nothing in ${ROUNDS} rounds (REPLICA_SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const database = await Postgres.start();
  const replicas: ReplicaProcess[] = [];
  const callers: Caller[] = [];
  try {
    const store = await database.createDatabase();
    for (let i = 0; i < 3; i += 1) replicas.push(await ReplicaProcess.create({ store }));
    const pick = (): ReplicaProcess => replicas[Math.floor(random() * 3)] as ReplicaProcess;
    for (let i = 0; i < WORLDS; i += 1)
      callers.push(new Caller(`AC${i.toString(16).padStart(32, '0')}`, replicas, random));
    await Promise.all(callers.map((caller) => caller.open()));
    const found: { failure?: unknown } = {};
    const running = Promise.all(callers.map((caller) => caller.run())).catch((error: unknown) => {
      found.failure = error;
    });

    const sessions = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const faults: Record<string, () => Promise<void>> = {
      async kill() {
        const replica = pick();
        await replica.end('SIGKILL');
        void pause(random() * 2000).then(() => replica.start());
      },
      async stop() {
        const replica = pick();
        void replica.end('SIGTERM').then(() => replica.start());
      },
      async freeze() {
        const replica = pick();
        replica.freeze();
        void pause(random() * 6000).then(() => replica.thaw());
      },
      async 'cut one'() {
        await database.query(`SELECT pg_terminate_backend(pid) ${sessions} ORDER BY random() LIMIT 1`, store);
      },
      async 'cut all'() {
        await database.query(`SELECT pg_terminate_backend(pid) ${sessions}`, store);
      },
      async 'restart database'() {
        await database.stopProcess(random() < 0.5 ? 'SIGINT' : 'SIGQUIT');
        await pause(random() * 1000);
        await database.startProcess();
      },
      async 'freeze database'() {
        database.signalAll('SIGSTOP');
        await pause(random() * 3000);
        database.signalAll('SIGCONT');
      },
    };
    const names = Object.keys(faults);
    const waits: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS && found.failure === undefined; round += 1) {
      const name = names[Math.floor(random() * names.length)] as string;
      const begun = performance.now();
      await faults[name]?.();
      const injected = performance.now();
      // Each world can be written again.
      while (found.failure === undefined && callers.some(({ lastWrite }) => lastWrite < injected)) await pause(5);
      const wait = performance.now() - injected;
      (waits[name] ??= []).push(wait);
      if (process.env['REPLICA_VERBOSE'] !== undefined)
        process.stdout.write(`${round} ${name} ${Math.round(injected - begun)} + ${Math.round(wait)} ms\n`);
      await pause(300 + random() * 1500);
    }
    for (const caller of callers) caller.end();
    await running;
    await pause(7000);
    if (found.failure === undefined) for (const caller of callers) await caller.checkNames();
    const statistics = Object.entries(waits).map(([name, all]) => {
      const sorted = all.toSorted((a, b) => a - b);
      const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
      return `${name}: ${all.length} times, all worlds written again after ${at(0.5)} ms (median), ${at(1)} ms (longest)`;
    });
    const writes = callers.reduce((sum, { model }) => sum + model.writes.length + model.created.size, 0);
    const failures = callers.map((caller) => JSON.stringify([...caller.failures]));
    process.stdout.write([...statistics, `${writes} writes; failed requests: ${failures.join(' ')}`, ''].join('\n'));
    if (found.failure !== undefined) throw found.failure;
    expect(Math.max(0, ...(waits['kill'] ?? []))).toBeLessThan(FAILOVER_MS);
    expect(Math.max(0, ...(waits['freeze'] ?? []))).toBeLessThan(FAILOVER_MS);
  } finally {
    for (const caller of callers) caller.end();
    if (process.env['REPLICA_VERBOSE'] !== undefined)
      process.stdout.write(replicas.map(({ log }) => log.slice(-3000)).join('\n---\n'));
    await Promise.all(replicas.map((replica) => replica.close()));
    await Promise.all(callers.map((caller) => caller.close()));
    await database.stop();
  }
});
