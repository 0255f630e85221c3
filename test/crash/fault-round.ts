/** Writes to a simulator on a disk that fails, lets it crash again and again, and compares what it finds with what it knew. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../src/backends/simulator/simulator.js';
import type { World } from '../../src/backends/simulator/kernel/world.js';
import type { SyncPolicy } from '../../src/backends/simulator/storage/sync-policy.js';
import { UnderstudyError } from '../../src/core/errors.js';
import type { JsonObject } from '../../src/core/body.js';
import { ACCOUNT, binding, newSimulator, ORIGIN } from '../helpers/simulator.js';
import { faultOf, SimulatedDisk, type FaultSource } from './simulated-disk.js';
import { DiskWriter } from './disk-writer.js';
import type { Random } from './writer.js';

const CRASHES = 4;
/** Not a real folder: only the simulated disk has it. */
const dataFile = join(tmpdir(), 'understudy-no-such-folder', 'worlds.json');

export interface RoundResult {
  readonly faults: number;
  readonly crashes: number;
  readonly powerLosses: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

/** Plays one disk through several crashes, under one policy. */
export async function playRound(random: Random, sync: SyncPolicy): Promise<RoundResult> {
  const problems: string[] = [];
  let [faults, crashes, powerLosses] = [0, 0, 0];
  let disk = new SimulatedDisk();
  const writers = [
    new DiskWriter('a', 'user', random),
    new DiskWriter('b', 'user', random),
    new DiskWriter('c', 'service', random),
  ];
  const forks = new Forks();
  const start = (): Promise<Simulator> =>
    newSimulator({
      dataFile,
      storage: { files: disk, sync, syncIntervalMs: 1, minCompactionBytes: 3000 + random() * 20_000 },
    });
  for (let crash = 0; crash <= CRASHES && problems.length === 0; crash += 1) {
    let simulator: Simulator;
    try {
      simulator = await start();
    } catch (error) {
      problems.push(`the start was refused: ${(error as Error).message}`);
      break;
    }
    const services = await namesIn(simulator, 'service');
    const users = await namesIn(simulator, 'user');
    for (const writer of writers) problems.push(...writer.check(writer.noun === 'user' ? users : services));
    problems.push(...(await incompleteServices(simulator, services)));
    if (crash === CRASHES) break;

    problems.push(...forks.check(simulator));
    forks.watch(simulator);
    disk.faults = randomFaults(random, () => (faults += 1));
    const writing = writers.map((writer) => writer.write(simulator, 3 + Math.floor(random() * 12)));
    const forking = forks.fork(simulator, Math.floor(random() * 4));
    // Some crash in the middle of writes, some while nothing is written, and some during a stop.
    if (random() < 0.5) await Promise.all([...writing, forking]);
    else await steps(Math.floor(random() * 60));
    if (random() < 0.3) {
      const closing = simulator.close().catch(() => undefined);
      if (random() < 0.5) await Promise.race([closing, steps(Math.floor(random() * 60))]);
      else await closing;
    }
    const kind = random() < 0.5 ? 'kill' : 'power loss';
    const synced = disk.hasFailedSync ? '' : textOf(disk);
    forks.crash(kind === 'kill' || sync === 'always');
    for (const writer of writers) writer.crash(kind === 'kill' || sync === 'always' ? undefined : synced);
    disk.faults = () => undefined;
    crashes += 1;
    if (kind === 'power loss') powerLosses += 1;
    disk = kind === 'kill' ? disk.afterKill() : disk.afterPowerLoss(random);
    // Sometimes the next start fails or crashes, too.
    if (random() < 0.3) {
      disk.faults = randomFaults(random, () => (faults += 1));
      const starting = start().catch((error: unknown) => {
        if (!(error instanceof UnderstudyError)) problems.push(`the start failed: ${String(error)}`);
      });
      await Promise.race([starting, steps(Math.floor(random() * 80))]);
      disk.faults = () => undefined;
      disk = disk.afterKill();
    }
  }
  const sum = (count: (writer: DiskWriter) => number) => writers.reduce((total, each) => total + count(each), 0);
  return {
    faults,
    crashes,
    powerLosses,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    refused: sum(({ refused }) => refused),
    problems: problems.map((problem) => `${sync}: ${problem}`),
  };
}

const FORK = `AC${'f'.repeat(32)}`;

/** Forks the world again and again, and expects the fork to be as it was at one of these moments. */
class Forks {
  /** The states that may be found after a crash, the latest one last. */
  #states: string[] = [''];
  /** Of those, the first that may be found. */
  #acknowledged = 0;

  /** Notes each state, also of forks that are refused later. */
  watch({ worlds }: Simulator): void {
    const fork = worlds.fork.bind(worlds);
    worlds.fork = (source, to) => {
      const session = fork(source, to);
      this.#states.push(stateOf(session.world));
      return session;
    };
  }

  async fork({ controls }: Simulator, count: number): Promise<void> {
    const control = controls.find(({ name }) => name === 'worlds.fork');
    for (let i = 0; i < count; i += 1) {
      await steps(5);
      const state = (): number => this.#states.length - 1;
      try {
        await control?.run(ACCOUNT, { to: FORK });
        this.#acknowledged = state();
      } catch {
        // Refused: the disk fails.
      }
    }
  }

  /** @param keepsAcknowledged whether a crash loses nothing that was acknowledged */
  crash(keepsAcknowledged: boolean): void {
    if (!keepsAcknowledged) this.#acknowledged = 0;
  }

  check({ worlds }: Simulator): string[] {
    const world = worlds.find(FORK)?.world;
    const found = world === undefined ? '' : stateOf(world);
    const isKnown = this.#states.slice(this.#acknowledged).includes(found);
    this.#states = [found];
    this.#acknowledged = 0;
    return isKnown ? [] : ['the fork has a state that it never had, or one that was replaced'];
  }
}

function stateOf(world: World): string {
  const { services, users } = world.snapshot().records;
  return JSON.stringify([...(services ?? []), ...(users ?? [])]);
}

/** Phases in which nothing fails, single faults, and phases in which one kind of operation fails mostly. */
function randomFaults(random: Random, onFault: () => void): FaultSource {
  const rates = [0, 0.02, 0.1];
  let rate = 0;
  let broken: string | undefined;
  let left = 0;
  return (operation) => {
    if (left === 0) {
      left = Math.floor(random() * 40);
      rate = rates[Math.floor(random() * rates.length)] ?? 0;
      broken = random() < 0.3 ? operation : undefined;
    }
    left -= 1;
    if (random() >= (operation === broken ? 0.7 : rate)) return undefined;
    onFault();
    if (operation === 'write' && random() < 0.3) return 'short';
    return faultOf(random() < 0.5 ? 'EIO' : 'ENOSPC');
  };
}

/** Lets the disk do so many operations, more or less. */
async function steps(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Everything that certainly survives a power loss. */
function textOf(disk: SimulatedDisk): string {
  return disk
    .paths()
    .filter((path) => !path.endsWith('.tmp'))
    .map((path) => disk.syncedContentOf(path)?.toString() ?? '')
    .join('');
}

async function namesIn(simulator: Simulator, noun: 'service' | 'user'): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (let page = 0; ; page += 1) {
    const { [`${noun}s`]: records } = await read(simulator, `list${noun}`, { PageSize: 100, Page: page });
    for (const { sid, friendly_name: name } of records as { sid: string; friendly_name: string }[])
      names.set(sid, name);
    if ((records as unknown[]).length < 100) return names;
  }
}

/** A service is stored with its roles, or not at all. */
async function incompleteServices(simulator: Simulator, found: ReadonlyMap<string, string>): Promise<string[]> {
  const problems: string[] = [];
  for (const ChatServiceSid of found.keys()) {
    const { roles } = await read(simulator, 'listservicerole', { ChatServiceSid });
    if ((roles as unknown[]).length !== 4) problems.push(`${ChatServiceSid} is stored in part`);
  }
  return problems;
}

async function read(simulator: Simulator, operation: string, input: object): Promise<JsonObject> {
  const { call } = binding.bind(operation, { ...input }, { surface: 'engine', origin: ORIGIN, account: ACCOUNT });
  return ((await simulator.answer(call)).body?.value ?? {}) as JsonObject;
}
