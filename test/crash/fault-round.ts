/** Writes to a simulator on a disk that fails, lets it crash again and again, and compares what it finds with what it knew. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../src/backends/simulator/simulator.js';
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

    disk.faults = randomFaults(random, () => (faults += 1));
    const writing = writers.map((writer) => writer.write(simulator, 3 + Math.floor(random() * 12)));
    // Some crash in the middle of writes, some while nothing is written, and some during a stop.
    if (random() < 0.5) await Promise.all(writing);
    else await steps(Math.floor(random() * 60));
    if (random() < 0.3) {
      const closing = simulator.close().catch(() => undefined);
      if (random() < 0.5) await Promise.race([closing, steps(Math.floor(random() * 60))]);
      else await closing;
    }
    const kind = random() < 0.5 ? 'kill' : 'power loss';
    const synced = disk.hasFailedSync ? '' : textOf(disk);
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
