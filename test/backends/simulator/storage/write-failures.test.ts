import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Simulator } from '../../../../src/backends/simulator/simulator.js';
import type { SyncPolicy } from '../../../../src/backends/simulator/storage/sync-policy.js';
import type { Json, JsonObject } from '../../../../src/core/body.js';
import { faultOf, SimulatedDisk } from '../../../crash/simulated-disk.js';
import { eventually } from '../../../helpers/eventually.js';
import { ACCOUNT, binding, newSimulator, ORIGIN, sidsOf } from '../../../helpers/simulator.js';

let folder: string;
let dataFile: string;
let simulator: Simulator;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-failure-'));
  dataFile = join(folder, 'worlds.json');
  warnings = [];
});
afterEach(async () => {
  await simulator.close().catch(() => undefined);
  rmSync(folder, { recursive: true });
});

async function start(disk?: SimulatedDisk, sync?: SyncPolicy): Promise<void> {
  simulator = await newSimulator({
    defaultService: false,
    dataFile,
    onWarning: (message) => void warnings.push(message),
    ...(disk && { storage: { files: disk, sync, syncIntervalMs: 1 } }),
  });
}

async function call(operation: string, input = {}, account = ACCOUNT): Promise<JsonObject> {
  const { call: bound } = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN, account });
  const { body } = await simulator.answer(bound);
  return (body?.value ?? {}) as JsonObject;
}

const create = (FriendlyName: string, account?: string) => call('createservice', { body: { FriendlyName } }, account);

async function names(account?: string): Promise<string[]> {
  const { services } = await call('listservice', { PageSize: 100 }, account);
  return (services as { friendly_name: string }[]).map(({ friendly_name: name }) => name).sort();
}

function control(name: string, input: JsonObject = {}): Promise<Json> {
  const found = simulator.controls.find((each) => each.name === name);
  return Promise.resolve(found?.run(undefined, input) ?? null);
}

const notSaved = { name: 'UNDERSTUDY_NOT_SAVED', status: 503 };

/** A disk that takes nothing more once it is full. */
function fillable(): { disk: SimulatedDisk; fill: (isFull: boolean) => void } {
  const disk = new SimulatedDisk();
  return {
    disk,
    fill(isFull) {
      disk.faults = (operation) => (isFull && operation === 'write' ? faultOf('ENOSPC') : undefined);
    },
  };
}

/** What a restart reads after this process was killed. */
async function restart(disk: SimulatedDisk): Promise<void> {
  await start(disk.afterKill());
}

describe('a full disk', () => {
  it('refuses a write that is then neither in memory nor in the file, so that it can be repeated', async () => {
    const { disk, fill } = fillable();
    await start(disk);
    await create('before');
    fill(true);
    await expect(create('refused')).rejects.toMatchObject(notSaved);
    await expect(create('refused')).rejects.toMatchObject({ ...notSaved, retryAfter: 1 });
    expect(await names()).toEqual(['before']);
    fill(false);
    await create('refused');
    await create('after');
    expect(await names()).toEqual(['after', 'before', 'refused']);
    await restart(disk);
    expect(await names()).toEqual(['after', 'before', 'refused']);
    expect(warnings).toEqual([expect.stringContaining('answered with 503'), expect.stringContaining('written again')]);
  });

  it('takes back all writes that wait for the one that failed', async () => {
    const { disk, fill } = fillable();
    await start(disk);
    const { sid } = await create('kept');
    const { sid: user } = await call('createserviceuser', { ChatServiceSid: sid, body: { Identity: 'ada' } });
    const users = async () => (await call('listserviceuser', { ChatServiceSid: sid }))['users'];
    const before = await users();
    fill(true);
    const results = await Promise.allSettled([
      create('one'),
      call('updateserviceuser', { ChatServiceSid: sid, Sid: user, body: { FriendlyName: 'changed' } }),
      call('deleteservice', { Sid: sid }),
      create('two', `AC${'2'.repeat(32)}`),
    ]);
    expect(results).toHaveLength(4);
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: notSaved });
    expect(await users()).toEqual(before);
    expect(await names()).toEqual(['kept']);
    expect(await names(`AC${'2'.repeat(32)}`)).toEqual([]);
    expect(simulator.worlds.all().map(({ world }) => world.counts()['services'])).toEqual([1, 0]);
    fill(false);
    await call('deleteservice', { Sid: sid });
    expect(await names()).toEqual([]);
  });

  it('refuses later writes before they fire a webhook', async () => {
    const { disk, fill } = fillable();
    await start(disk);
    const published = vi.spyOn(simulator.worlds.get(ACCOUNT).webhooks, 'publish');
    fill(true);
    await expect(create('first')).rejects.toMatchObject(notSaved);
    await expect(
      control('inbound.message', { from: '+15550001111', to: '+15550002222', body: 'x' }),
    ).rejects.toMatchObject(notSaved);
    expect(published).not.toHaveBeenCalled();
  });

  it('refuses controls, and takes back a reset', async () => {
    const { disk, fill } = fillable();
    await start(disk);
    await create('kept');
    const { clock } = simulator.worlds.get(ACCOUNT);
    const now = clock.now();
    fill(true);
    await expect(control('worlds.reset')).rejects.toMatchObject(notSaved);
    await expect(control('clock.advance', { by: 'P1D' })).rejects.toMatchObject(notSaved);
    expect(await names()).toEqual(['kept']);
    expect(clock.now()).toBe(now);
    fill(false);
    await create('after');
    await restart(disk);
    expect(await names()).toEqual(['after', 'kept']);
  });

  it('takes back a clock that was moved', async () => {
    const { disk, fill } = fillable();
    await start(disk);
    const { clock } = simulator.worlds.get(ACCOUNT);
    const now = clock.now();
    fill(true);
    await expect(control('clock.advance', { by: 'P1D' })).rejects.toMatchObject(notSaved);
    expect(clock.now()).toBe(now);
  });

  it('leaves nothing of a write in the log, even if only a part of it fitted', async () => {
    const disk = new SimulatedDisk();
    await start(disk);
    await create('before');
    let left = 1;
    disk.faults = (operation) => {
      if (operation !== 'write') return undefined;
      left -= 1;
      return left < 0 ? faultOf('ENOSPC') : 'short';
    };
    await expect(create('x'.repeat(200))).rejects.toMatchObject(notSaved);
    await restart(disk);
    expect(await names()).toEqual(['before']);
    expect(warnings).toEqual([expect.stringContaining('answered with 503')]);
  });
});

describe('a timer whose change cannot be saved', () => {
  it('fires again, and is saved when the disk works again', async () => {
    const { disk, fill } = fillable();
    const options = {
      dataFile,
      clock: { mode: 'auto' },
      onWarning: (text: string) => void warnings.push(text),
    } as const;
    simulator = await newSimulator({ ...options, storage: { files: disk } });
    const { sid: Sid } = await call('createconversation', { body: { 'Timers.Inactive': 'PT10M' } });
    const state = async () => (await call('fetchconversation', { Sid }))['state'];
    fill(true);
    // The clock jumps once the world has been idle.
    await eventually(() => expect(warnings).toEqual([expect.stringContaining('answered with 503')]));
    await eventually(async () => expect(await state()).toBe('inactive'));
    await expect(create('refused')).rejects.toMatchObject(notSaved);
    expect(await state()).toBe('inactive');
    fill(false);
    await create('accepted');
    simulator = await newSimulator({ ...options, storage: { files: disk.afterKill() } });
    expect(await state()).toBe('inactive');
  });
});

describe('--sync always', () => {
  it('refuses a write that could not be synced, and takes it back', async () => {
    const disk = new SimulatedDisk();
    await start(disk, 'always');
    await create('before');
    let isFirst = true;
    disk.faults = (operation) => {
      if (operation !== 'sync' || !isFirst) return undefined;
      isFirst = false;
      return faultOf('EIO');
    };
    await expect(create('refused')).rejects.toMatchObject(notSaved);
    expect(await names()).toEqual(['before']);
    await create('after');
    simulator = await newSimulator({
      defaultService: false,
      dataFile,
      storage: { files: disk.afterPowerLoss(() => 0) },
    });
    expect(await names()).toEqual(['after', 'before']);
  });

  it('has synced every acknowledged write', async () => {
    const disk = new SimulatedDisk();
    await start(disk, 'always');
    const created = ['one', 'two', 'three', 'four'];
    await Promise.all(created.map((name) => create(name)));
    await start(disk.afterPowerLoss(() => 0));
    expect(await names()).toEqual(created.sort());
  });
});

describe('--sync interval', () => {
  it('writes the log again after a failed sync, because a later sync would prove nothing', async () => {
    const disk = new SimulatedDisk();
    await start(disk, 'interval');
    // The first write creates files, which are synced at once.
    await create('first');
    await eventually(() => expect(String(disk.syncedContentOf(`${dataFile}.log`))).toContain('first'));
    disk.faults = (operation) => (operation === 'sync' ? faultOf('EIO') : undefined);
    await create('one');
    await eventually(() => expect(warnings).toEqual([expect.stringContaining('answered with 503')]));
    disk.faults = () => undefined;
    await create('two');
    const known = await names();
    await start(disk.afterPowerLoss(() => 0));
    expect(known).toContain('one');
    expect(await names()).toEqual(expect.arrayContaining(['one']));
  });
});

describe('--sync interval and never', () => {
  it.each<[SyncPolicy, string[]]>([
    ['interval', ['one']],
    ['never', []],
  ])('%s: a power loss after an interval leaves %s', async (policy, left) => {
    const disk = new SimulatedDisk();
    await start(disk, policy);
    await create('one');
    const isSynced = () => disk.syncedContentOf(`${dataFile}.log`)?.includes('"one"') === true;
    for (let waits = 0; waits < (policy === 'interval' ? 10_000 : 20) && !isSynced(); waits += 1) await wait(1);
    await start(disk.afterPowerLoss(() => 0));
    expect(await names()).toEqual(left);
  });
});

describe('files that are deleted or replaced under a running server', () => {
  it.each(['', '.log', '.lock'])('make it refuse writes: worlds.json%s is deleted', async (suffix) => {
    await start();
    await create('before');
    const aside = join(folder, 'aside');
    renameSync(`${dataFile}${suffix}`, aside);
    await expect(create('refused')).rejects.toMatchObject(notSaved);
    expect(await names()).toEqual(['before']);
    expect(warnings).toEqual([expect.stringContaining(`worlds.json${suffix} was deleted or replaced`)]);
    renameSync(aside, `${dataFile}${suffix}`);
    await create('after');
    expect(await names()).toEqual(['after', 'before']);
  });

  it.each(['', '.log'])('make it refuse writes: worlds.json%s is replaced, and stays as it is', async (suffix) => {
    await start();
    await create('before');
    const content = readFileSync(`${dataFile}${suffix}`);
    // While the old file exists, the new one certainly has another identity.
    writeFileSync(`${dataFile}.new`, content);
    renameSync(`${dataFile}.new`, `${dataFile}${suffix}`);
    await expect(create('refused')).rejects.toMatchObject(notSaved);
    await expect(simulator.close()).rejects.toThrow('was deleted or replaced');
    expect(readFileSync(`${dataFile}${suffix}`)).toEqual(content);
  });
});

it('the list of services is read while nothing can be written', async () => {
  const { disk, fill } = fillable();
  await start(disk);
  const { sid } = await create('x');
  fill(true);
  await expect(create('y')).rejects.toMatchObject(notSaved);
  expect(sidsOf(await call('listservice'))).toEqual([sid]);
});
