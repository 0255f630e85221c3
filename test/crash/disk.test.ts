import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { anyPorts, main, run, serve } from '../helpers/command.js';
import { basic } from '../helpers/understudy.js';
import { post, send } from './writer.js';

const folder = mkdtempSync(join(tmpdir(), 'understudy-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dataFile = join(folder, 'worlds.json');

/** Maximum file size, in blocks of 512 bytes. */
const MAX_FILE_BLOCKS = 100;

// Simulated with `ulimit`, which Windows does not have.
describe.skipIf(process.platform === 'win32')('a full disk', () => {
  test('refuses writes with 503 and our code, still answers reads, and loses no accepted write', async () => {
    const full = await serve(['--data', dataFile], MAX_FILE_BLOCKS);
    const service = `/v1/Services/${(await post(`${full.restUrl}/v1/Services`, { FriendlyName: 'x' }))['sid'] as string}`;
    const accepted: string[] = [];
    let refused: Response;
    for (;;) {
      const body = new URLSearchParams({
        Identity: `user ${accepted.length}`,
        Attributes: JSON.stringify('x'.repeat(3000)),
      });
      refused = await fetch(`${full.restUrl}${service}/Users`, { method: 'POST', body, headers: basic() });
      if (!refused.ok) break;
      accepted.push(((await refused.json()) as { sid: string }).sid);
    }
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      code: 990108,
      status: 503,
      message: expect.stringMatching(/^Nothing was changed.*Check the disk/),
    });
    expect(accepted.length).toBeGreaterThan(5);
    const read = await send(`${full.restUrl}${service}/Users?PageSize=100`);
    const inMemory = ((await read.json()) as { users: { sid: string }[] }).users.map(({ sid }) => sid);
    // The refused write can be repeated: nothing of it is left.
    expect(new Set(inMemory)).toEqual(new Set(accepted));
    full.process.kill('SIGKILL');
    await full.finished;

    const after = await serve(['--data', dataFile]);
    const { users } = (await (await send(`${after.restUrl}${service}/Users?PageSize=100`)).json()) as {
      users: { sid: string }[];
    };
    expect(new Set(users.map(({ sid }) => sid))).toEqual(new Set(accepted));
  });

  test('stops with a one-line error when changes cannot be saved', async () => {
    const full = await serve(['--data', join(folder, 'never.json')], MAX_FILE_BLOCKS);
    for (let status = 201; status !== 503;) {
      const body = new URLSearchParams({ FriendlyName: 'x'.repeat(200) });
      ({ status } = await fetch(`${full.restUrl}/v1/Services`, { method: 'POST', body, headers: basic() }));
    }
    full.process.kill('SIGTERM');
    expect(await full.finished).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]*answered with 503[^\n]*\nunderstudy: [^\n]*UNDERSTUDY_NOT_SAVED\)\n$/),
    });
  });
});

test('a second process on the same file stops with a one-line error, and the first keeps running', async () => {
  const file = join(folder, 'shared.json');
  const { restUrl, process: first } = await serve(['--data', file]);
  expect(await run('serve', ...anyPorts, '--data', file)).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`^understudy: [^\\n]*${file} is in use by process ${first.pid}: [^\\n]*\\n$`),
    ),
  });
  // The id of a process in another container means nothing here.
  writeFileSync(`${file}.lock`, '999999999');
  expect(await run('serve', ...anyPorts, '--data', file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('in use by process 999999999'),
  });
  expect(await post(`${restUrl}/v1/Services`, { FriendlyName: 'still here' })).toMatchObject({
    sid: expect.any(String),
  });
});

/** Runs a program as process 1 of its own process ids, as containers do. */
const namespace = ['--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...namespace, 'true']).status === 0;

test.skipIf(!hasNamespaces)(
  'two servers with the same process id, in two containers, do not share a file',
  async () => {
    const file = join(folder, 'containers.json');
    const args = [...namespace, process.execPath, main, 'serve', ...anyPorts, '--data', file];
    const env = { ...process.env, UNDERSTUDY_STATE_DIR: folder };
    const first = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(first.stdout, 'data');
    const second = spawnSync('unshare', args, { env, encoding: 'utf8' });
    first.kill('SIGKILL');
    expect(second.stderr).toContain(`${file} is in use by process 1: `);
    expect(second.status).toBe(1);
  },
);

test('a location that is not writable gives a one-line error', async () => {
  const file = join(folder, 'no such folder', 'worlds.json');
  expect(await run('serve', ...anyPorts, '--data', file)).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^understudy: The data file [^\n]* cannot be written: ENOENT[^\n]*\n$/),
  });
});

test('an incomplete line after a crash is dropped with a warning in the log', async () => {
  const file = join(folder, 'torn.json');
  const first = await serve(['--data', file]);
  const kept = await post(`${first.restUrl}/v1/Services`, { FriendlyName: 'kept' });
  first.process.kill('SIGKILL');
  await first.finished;
  appendFileSync(`${file}.log`, '{"account":"AC');

  const second = await serve(['--data', file]);
  const { services } = (await (await send(`${second.restUrl}/v1/Services`)).json()) as { services: object[] };
  expect(services).toMatchObject([{ friendly_name: 'Default Conversations Service' }, { sid: kept['sid'] }]);
  second.process.kill('SIGTERM');
  expect((await second.finished).stderr).toMatch(/"level":"warn".*incomplete last entry/);
});
