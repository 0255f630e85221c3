import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestSimulator, newSimulator } from '../../../helpers/simulator.js';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-lock-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a data file in use', () => {
  it('refuses a second understudy and names the process that uses it', async () => {
    const first = await createTestSimulator({ defaultService: false, dataFile });
    await expect(newSimulator({ dataFile })).rejects.toThrow(`in use by process ${process.pid}`);
    await first.close();
    await (await createTestSimulator({ defaultService: false, dataFile })).close();
  });

  it('is available when the process that locked it no longer exists', async () => {
    writeFileSync(`${dataFile}.lock`, '999999999');
    const simulator = await createTestSimulator({ defaultService: false, dataFile });
    expect(await simulator.callOk('listservice')).toMatchObject({ services: [] });
    await simulator.close();
  });
});
