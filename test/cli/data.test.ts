import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSettings } from '../../src/cli/command-line.js';
import { checkData, repairData } from '../../src/cli/data.js';
import { conversationsProduct } from '../../src/backends/simulator/conversations/product.js';
import type { WorldContent } from '../../src/backends/simulator/kernel/world-content.js';
import { writeDocument } from '../../src/backends/simulator/storage/data-file.js';
import { dataPathsOf } from '../../src/backends/simulator/storage/data-path.js';
import { diskFiles } from '../../src/backends/simulator/storage/file-system.js';
import { loadFiles } from '../../src/backends/simulator/storage/load.js';
import { encodeHeader, encodeLine } from '../../src/backends/simulator/storage/log-line.js';
import { createTestSimulator, itemsOf, newSimulator, sidOf } from '../helpers/simulator.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-data-'));
  file = join(folder, 'worlds.json');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Two services with users in the document, and a service, a user and an update only in the log. */
async function createFiles(): Promise<void> {
  const original = join(folder, 'original.json');
  const first = await createTestSimulator({ defaultService: false, dataFile: original });
  for (const name of ['one', 'two']) {
    const sid = sidOf(await first.callOk('createservice', { body: { FriendlyName: name } }));
    await first.callOk('createserviceuser', { ChatServiceSid: sid, body: { Identity: `user of ${name}` } });
  }
  await first.close();
  const second = await createTestSimulator({ defaultService: false, dataFile: original });
  const [one = ''] = itemsOf(await second.callOk('listservice')).map(({ sid }) => sid as string);
  await second.callOk('createservice', { body: { FriendlyName: 'three' } });
  await second.callOk('createserviceuser', { ChatServiceSid: one, body: { Identity: 'late' } });
  await second.callOk('updateserviceuser', { ChatServiceSid: one, Sid: 'late', body: { FriendlyName: 'updated' } });
  for (const suffix of ['', '.log']) copyFileSync(`${original}${suffix}`, `${file}${suffix}`);
  await second.close();
}

async function run(command: typeof checkData | typeof repairData, ...args: string[]) {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  try {
    // Each command reads its own settings.
    const code = await (command as typeof checkData).run(readSettings(command as typeof checkData, args));
    return { code, output };
  } finally {
    vi.restoreAllMocks();
  }
}

/** The names in a data file, as a server that starts with it shows them. */
async function namesIn(dataFile: string): Promise<{ services: string[]; users: string[] }> {
  const simulator = await createTestSimulator({ defaultService: false, dataFile });
  const services = itemsOf(await simulator.callOk('listservice'));
  const users: string[] = [];
  for (const { sid } of services) {
    const list = await simulator.callOk('listserviceuser', { ChatServiceSid: sid });
    users.push(...itemsOf(list).map(({ identity, friendly_name: name }) => `${identity as string}/${name as string}`));
  }
  await simulator.close();
  return { services: services.map(({ friendly_name: name }) => name as string).sort(), users: users.sort() };
}

const everything = {
  services: ['one', 'three', 'two'],
  users: ['late/updated', 'user of one/null', 'user of two/null'],
};

describe('understudy data check', () => {
  it('describes sound files, and leaves nothing behind', async () => {
    await createFiles();
    const { code, output } = await run(checkData, file);
    expect(code).toBe(0);
    expect(output).toMatch(/worlds\.json: version 2, generation 2, 1 world, 12 records, the checksum matches\n/);
    expect(output).toMatch(/worlds\.json\.log: 3 changes, all checksums match\n/);
    expect(output).toMatch(/A server can start with --data/);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('says what is damaged, with exit code 1, and changes nothing', async () => {
    await createFiles();
    const log = readFileSync(`${file}.log`, 'utf8').replace('"three"', '"trhee"');
    writeFileSync(`${file}.log`, log);
    const { code, output } = await run(checkData, file);
    expect(code).toBe(1);
    expect(output).toMatch(/A server cannot start: .*line 3 does not match its checksum.*understudy data repair/);
    expect(readFileSync(`${file}.log`, 'utf8')).toBe(log);
  });

  it('prints JSON', async () => {
    await createFiles();
    const { output } = await run(checkData, file, '--json');
    expect(JSON.parse(output)).toMatchObject({
      document: { generation: 2, worlds: 1, has_checksum: true },
      logs: [{ changes: 3 }],
      warnings: [],
    });
  });

  it('does not read a file that a server writes', async () => {
    const simulator = await newSimulator({ dataFile: file });
    await expect(run(checkData, file)).rejects.toThrow(`in use by process ${process.pid}`);
    await simulator.close();
  });

  it('reports a file that does not exist', async () => {
    expect(await run(checkData, file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('there is no data file'),
    });
    await expect(run(repairData, file)).rejects.toThrow('There is no data file');
  });
});

const out = (): string => `${file}.repaired`;

describe('understudy data repair', () => {
  it('leaves out what a log has added although it does not fit, which a check reports', async () => {
    await createFiles();
    const log = readFileSync(`${file}.log`, 'utf8');
    const { account } = JSON.parse(log.slice(log.lastIndexOf('{"account"'))) as { account: string };
    const user = { sid: `US${'e'.repeat(32)}`, seq: 99, dateCreated: 1, dateUpdated: 1, identity: 'lost' };
    const json = JSON.stringify({ account, sequence: 99, stamp: 99, moment: 99, changes: [['users', user]] });
    const number = log.split('\n').length - 1;
    writeFileSync(`${file}.log`, log + encodeLine({ number, synced: 0, json }, 2));
    const checked = await run(checkData, file);
    expect(checked.code).toBe(1);
    expect(checked.output).toMatch(/cannot start: .* with the changes in .*worlds\.json\.log, .* USe+ of the users/);
    expect((await run(repairData, file)).output).toMatch(/Left out of the world of AC\d+: USe+ of the users/);
    expect(await namesIn(out())).toEqual(everything);
  });

  it('applies no line of a log that the document has already, such as a fork of a world that has changed since', async () => {
    await createFiles();
    const { schema } = conversationsProduct;
    const { worlds } = await loadFiles(diskFiles, dataPathsOf(file), schema);
    const [{ records: _, ...world }] = worlds as [WorldContent];
    const fork = { ...world, account: `AC${'f'.repeat(32)}`, records: { services: [] } };
    const checksum = await writeDocument(diskFiles, file, { generation: 2, logLines: 3, worlds: [...worlds, fork] });
    const lines = [{ document: checksum }, { world: { ...fork, records: {} }, copyOf: world.account }];
    const log = lines.map((line, i) => encodeLine({ number: i + 1, synced: 0, json: JSON.stringify(line) }, 2));
    writeFileSync(`${file}.log`, encodeHeader({ generation: 2 }) + log.join(''));
    expect((await run(repairData, file)).output).toMatch(/has 2 worlds with 18 records/);
    expect(await namesIn(out())).toEqual(everything);
  });

  it('rescues everything from sound files', async () => {
    await createFiles();
    const { code, output } = await run(repairData, file);
    expect(code).toBe(0);
    expect(output).toMatch(/has 1 world with 18 records/);
    expect(await run(checkData, out())).toMatchObject({ code: 0 });
    expect(await namesIn(out())).toEqual(everything);
  });

  it('rescues all but the damaged lines of the log', async () => {
    await createFiles();
    writeFileSync(`${file}.log`, readFileSync(`${file}.log`, 'utf8').replace('"three"', '"trhee"'));
    const { output } = await run(repairData, file);
    expect(output).toMatch(/applied changes: 2; unreadable lines: 1\./);
    expect(await namesIn(out())).toEqual({ ...everything, services: ['one', 'two'] });
  });

  it('rescues all but the damaged records of a document, and what depends on them', async () => {
    await createFiles();
    // The line of the service; its roles and its user depend on it.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"friendlyName":"two"/, '"friendlyName":"two'));
    const { output } = await run(repairData, file);
    expect(output).toMatch(/Unreadable lines: 1\./);
    expect(output).toMatch(/Left out of the world of AC\d+: US\w+ of the users has no parent/);
    expect(await namesIn(out())).toEqual({ services: ['one', 'three'], users: ['late/updated', 'user of one/null'] });
  });

  it('rescues what a cut-off document still has', async () => {
    await createFiles();
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, whole.indexOf('user of two')));
    expect((await run(repairData, file)).output).toMatch(/is damaged/);
    expect(await namesIn(out())).toEqual({ ...everything, users: ['late/updated', 'user of one/null'] });
  });

  it('takes a document that was edited', async () => {
    await createFiles();
    const document = JSON.parse(readFileSync(file, 'utf8').replace('user of two', 'renamed')) as object;
    writeFileSync(file, JSON.stringify(document));
    expect((await run(repairData, file)).output).toMatch(/it was changed or damaged. All of it was taken/);
    expect((await namesIn(out())).users).toContain('renamed/null');
  });

  it('rescues what a log has without its document', async () => {
    await createFiles();
    rmSync(file);
    const { output } = await run(repairData, file);
    expect(output).toMatch(/does not exist/);
    expect((await namesIn(out())).services).toEqual(['three']);
  });

  it('leaves the old files as they are, does not replace a file, and tells about media', async () => {
    await createFiles();
    mkdirSync(`${file}.media`);
    const before = ['', '.log'].map((suffix) => readFileSync(`${file}${suffix}`));
    expect((await run(repairData, file)).output).toMatch(/worlds\.json\.media: copy this folder to .*repaired\.media/);
    expect(['', '.log'].map((suffix) => readFileSync(`${file}${suffix}`))).toEqual(before);
    await expect(run(repairData, file)).rejects.toThrow('exists already');
    expect((await run(repairData, file, '--out', join(folder, 'other.json'))).code).toBe(0);
  });
});
