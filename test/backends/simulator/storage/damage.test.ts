import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestSimulator, newSimulator, sidOf, sidsOf } from '../../../helpers/simulator.js';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-damage-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (file = dataFile, warnings: string[] = []) =>
  createTestSimulator({
    defaultService: false,
    dataFile: file,
    onWarning: (message) => void warnings.push(message),
  });

/** Creates services in the data file, stops cleanly, and returns their SIDs. */
async function createServices(count: number): Promise<string[]> {
  const simulator = await open();
  const sids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    sids.push(sidOf(await simulator.callOk('createservice', { body: { FriendlyName: `Service ${i}` } })));
  }
  await simulator.close();
  return sids;
}

/** The files as a crash leaves them, with a number of services that are only in the log. */
async function crashedFiles(count: number): Promise<{ file: string; sids: string[] }> {
  const first = await createServices(1);
  const simulator = await open();
  const sids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    sids.push(sidOf(await simulator.callOk('createservice', { body: { FriendlyName: `In the log ${i}` } })));
  }
  const file = join(mkdtempSync(join(folder, 'crash-')), 'worlds.json');
  copyFileSync(dataFile, file);
  copyFileSync(`${dataFile}.log`, `${file}.log`);
  await simulator.close();
  return { file, sids: [...first, ...sids] };
}

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** Starts with the files, expects a refusal that changes nothing, and returns its message. */
async function refusedStart(file: string): Promise<string> {
  const before = [read(file), read(`${file}.log`)];
  const start = newSimulator({ dataFile: file });
  await expect(start).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_DATA_FILE' });
  const { message } = (await start.catch((error: unknown) => error)) as Error;
  expect([read(file), read(`${file}.log`)]).toEqual(before);
  expect(message).toContain('It was not changed');
  expect(message).toContain('understudy data repair');
  expect(message).not.toContain('\n');
  return message;
}

describe('a document that was cut off', () => {
  it.each(['}', ']'])('after a "%s" is refused, instead of starting with fewer records', async (bracket) => {
    await createServices(2);
    const whole = readFileSync(dataFile, 'utf8');
    for (let end = whole.indexOf(bracket) + 1; end > 0 && end < whole.length - 1;) {
      writeFileSync(dataFile, whole.slice(0, end));
      expect(await refusedStart(dataFile)).toMatch(/not complete|JSON/);
      // A few of them: the fuzz test has all.
      end = whole.indexOf(bracket, end + 300) + 1;
    }
  });

  it('from an earlier version, which wrote no checksum, is refused as well', async () => {
    await createServices(2);
    rmSync(`${dataFile}.log`);
    const { format, generation, worlds } = JSON.parse(readFileSync(dataFile, 'utf8')) as Record<string, unknown>;
    const whole = JSON.stringify({ format, version: 1, generation, worlds });
    writeFileSync(dataFile, whole.slice(0, whole.lastIndexOf('}', whole.length - 3) + 1));
    expect(await refusedStart(dataFile)).toMatch(/not complete|JSON/);
  });
});

it('a changed character in a record is refused', async () => {
  await createServices(2);
  writeFileSync(dataFile, readFileSync(dataFile, 'utf8').replace('Service 1', 'Service 7'));
  expect(await refusedStart(dataFile)).toContain('do not match the checksum');
});

const linesOf = (file: string): string[] => readFileSync(`${file}.log`, 'utf8').split('\n');

describe('a log that does not fit its document is refused:', () => {
  it('the document is an older one', async () => {
    await createServices(1);
    const older = readFileSync(dataFile);
    await createServices(1);
    const { file } = await crashedFiles(2);
    writeFileSync(file, older);
    expect(await refusedStart(file)).toMatch(/generation 2, but its log continues generation 4/);
  });

  it('the document is another one of the same generation', async () => {
    const { file } = await crashedFiles(2);
    for (const suffix of ['', '.log']) rmSync(`${dataFile}${suffix}`);
    await createServices(2);
    copyFileSync(dataFile, file);
    expect(await refusedStart(file)).toContain('continues another document');
  });

  it('the log is empty', async () => {
    const { file } = await crashedFiles(2);
    writeFileSync(`${file}.log`, '');
    expect(await refusedStart(file)).toContain('is empty');
  });

  it('the first line of the log is torn', async () => {
    const { file } = await crashedFiles(2);
    writeFileSync(`${file}.log`, readFileSync(`${file}.log`, 'utf8').slice(0, 8));
    expect(await refusedStart(file)).toContain('first line');
  });

  it('the document is missing', async () => {
    const { file } = await crashedFiles(2);
    rmSync(file);
    expect(await refusedStart(file)).toContain('is missing');
  });

  it('a line is missing in the middle of the log', async () => {
    const { file } = await crashedFiles(3);
    writeFileSync(`${file}.log`, linesOf(file).toSpliced(-3, 1).join('\n'));
    expect(await refusedStart(file)).toMatch(/line 4 has the number 4, but 3 was expected/);
  });

  it('a character has changed in the middle of the log', async () => {
    const { file } = await crashedFiles(3);
    writeFileSync(`${file}.log`, readFileSync(`${file}.log`, 'utf8').replace('In the log 1', 'In the log 7'));
    expect(await refusedStart(file)).toContain('does not match its checksum');
  });

  it('the last line is complete, but has changed', async () => {
    const { file } = await crashedFiles(3);
    writeFileSync(`${file}.log`, readFileSync(`${file}.log`, 'utf8').replace('In the log 2', 'In the log 7'));
    expect(await refusedStart(file)).toContain('does not match its checksum');
  });
});

it('an incomplete last line is dropped, and a start after that finds nothing wrong', async () => {
  const { file, sids } = await crashedFiles(3);
  const log = readFileSync(`${file}.log`);
  writeFileSync(`${file}.log`, log.subarray(0, -20));
  for (const warnings of [[expect.stringContaining('incomplete last entry')], []]) {
    const found: string[] = [];
    const simulator = await open(file, found);
    expect(sidsOf(await simulator.callOk('listservice'))).toEqual(expect.arrayContaining(sids.slice(0, -1)));
    await simulator.close();
    expect(found).toEqual(warnings);
  }
});

it('a document without a log is read, with a warning that a log may be missing', async () => {
  const sids = await createServices(2);
  rmSync(`${dataFile}.log`);
  const warnings: string[] = [];
  const simulator = await open(dataFile, warnings);
  expect(sidsOf(await simulator.callOk('listservice'))).toHaveLength(sids.length);
  await simulator.close();
  expect(warnings).toEqual([expect.stringContaining('.log does not exist')]);
});

/** As version 0.1.0 wrote them: no checksums, and JSON lines. */
function makeOld(file: string): void {
  const { format, generation, worlds } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, `${JSON.stringify({ format, version: 1, generation, worlds }, null, 2)}\n`);
  const [, ...rest] = readFileSync(`${file}.log`, 'utf8').trimEnd().split('\n');
  const json = rest
    .map((line) => line.replace(/^\d+ \d+ \w{8} /, ''))
    .filter((line) => !line.startsWith('{"document"'));
  writeFileSync(`${file}.log`, [JSON.stringify({ generation }), ...json, ''].join('\n'));
}

describe('the files of an earlier version', () => {
  it('are read, continued, and written with checksums at the next stop', async () => {
    const { file, sids } = await crashedFiles(3);
    makeOld(file);
    const warnings: string[] = [];
    const simulator = await open(file, warnings);
    const added = sidOf(await simulator.callOk('createservice', { body: { FriendlyName: 'added' } }));
    const copy = join(mkdtempSync(join(folder, 'second-')), 'worlds.json');
    for (const suffix of ['', '.log', '.log.next']) {
      if (existsSync(`${file}${suffix}`)) copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
    }
    await simulator.close();
    for (const each of [file, copy]) {
      const again = await open(each, warnings);
      expect(new Set(sidsOf(await again.callOk('listservice')))).toEqual(new Set([...sids, added]));
      await again.close();
      expect(readFileSync(each, 'utf8')).toMatch(/"sha256":"[0-9a-f]{64}"\}\n\}\n$/);
    }
    expect(warnings).toEqual([]);
  });

  it('are refused if a line in the middle of the log is not JSON', async () => {
    const { file } = await crashedFiles(3);
    makeOld(file);
    writeFileSync(`${file}.log`, readFileSync(`${file}.log`, 'utf8').replace('"In the log 1"', 'In the log 1'));
    expect(await refusedStart(file)).toContain('line 3 is not valid');
  });
});
