import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, request as requestHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startUnderstudy } from '../../../src/app/start-understudy.js';
import { loadCapability } from '../../../src/capability/load.js';
import { readSettings } from '../../../src/cli/command-line.js';
import { contract as contractCommand, record as recordCommand } from '../../../src/cli/contract/commands.js';
import { runContract } from '../../../src/cli/contract/contract.js';
import { runRecord } from '../../../src/cli/contract/record.js';
import { type Finished, type Served, serveForFile, start } from '../../helpers/command.js';

const CREDENTIALS = { TWILIO_USER: `AC${'1'.repeat(32)}`, TWILIO_PASS: 'the password of this test' };

/** The simulator in another process. The tests below use it in place of Twilio. */
let upstream: Served;
beforeAll(async () => {
  upstream = await serveForFile();
});
afterAll(() => void upstream.process.kill('SIGKILL'));

/** Runs the command in a process of its own. */
function contract(args: readonly string[], env = {}): Promise<Finished> {
  return start(['contract', ...args], env).finished;
}

/** Runs the command in this process, which is faster. Resolves with its exit code and output. */
async function runHere(
  name: 'contract' | 'record',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  let stdout = '';
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const progress = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
  const { signal } = new AbortController();
  try {
    const code =
      name === 'contract'
        ? await runContract(readSettings(contractCommand, args), signal)
        : await runRecord(readSettings(recordCommand, args), signal);
    return { code, stdout };
  } finally {
    output.mockRestore();
    progress.mockRestore();
    vi.unstubAllEnvs();
  }
}

const { operations } = loadCapability();
const newFolder = () => mkdtemp(join(tmpdir(), 'contract-'));
/** Other tests play all scenarios through each surface. */
const someScenarios = ['--only', 'role,receipt'];

describe('understudy contract', { timeout: 120_000 }, () => {
  it('finds no drift between the simulator and a second process', async () => {
    const { code, stdout } = await contract(['--right', upstream.restUrl, ...someScenarios]);
    expect(stdout).toMatch(new RegExp(`^\\S+ \\S+ UTC · [1-9]\\d* of ${operations.length} operations`, 'm'));
    expect(stdout).toContain(`simulate agrees with ${upstream.restUrl}`);
    expect(code).toBe(0);
  });

  it('finds no drift in live mode, through the REST and MCP surfaces', async () => {
    for (const surface of ['rest', 'mcp']) {
      const args = ['--right', 'live', '--upstream', upstream.restUrl, '--surface', surface];
      const { code, stdout } = await runHere('contract', [...args, ...someScenarios], CREDENTIALS);
      expect(stdout).toContain(`simulate agrees with live at ${upstream.restUrl}`);
      expect(code).toBe(0);
    }
  });

  it('calls a URL through MCP, and finds the tools of both scopes there', async () => {
    for (const url of [upstream.mcpUrl, `${upstream.mcpUrl}/mcp`]) {
      const { code, stdout } = await runHere('contract', ['--right', url, '--surface', 'mcp', '--only', 'role']);
      expect(stdout).toContain('2 scenarios');
      expect(stdout).toContain(`simulate agrees with ${url}`);
      expect(code).toBe(0);
    }
  });

  it('finds no drift in a server in live mode, whose page URLs lead to itself', async () => {
    const { TWILIO_USER: user, TWILIO_PASS: password } = CREDENTIALS;
    const live = { mode: 'live', upstream: upstream.restUrl, credentials: { user, password } } as const;
    const server = await startUnderstudy({ ...live, restPort: 0, mcpPort: 0, logLevel: 'silent' });
    onTestFinished(() => server.close());
    for (const surface of ['twilio', 'rest']) {
      const args = ['--right', server.restUrl, '--surface', surface, '--only', 'role,paging'];
      expect((await runHere('contract', args)).stdout).toContain(`simulate agrees with ${server.restUrl}`);
    }
  });

  it('finds no drift with the device and the phone numbers of the caller, which only the other server has', async () => {
    const seed = join(await newFolder(), 'devices.yaml');
    const service = `IS${'d'.repeat(32)}`;
    const device = `BS${'d'.repeat(32)}`;
    const binding = `identity: zoe, binding_type: fcm, endpoint: phone, message_types: [new_message]`;
    const credential = `credential_sid: CR${'d'.repeat(32)}`;
    await writeFile(
      seed,
      `understudy-seed: 1\nservices:\n  - sid: ${service}\n    FriendlyName: Real\n    users: [{ Identity: zoe }]\n` +
        `    bindings: [{ sid: ${device}, ${binding}, ${credential} }]\n`,
    );
    const server = await startUnderstudy({ seed, restPort: 0, mcpPort: 0, logLevel: 'silent' });
    onTestFinished(() => server.close());
    const flags = ['--binding', `${service}/${device}`, '--address', '+15557770101', '--proxy-address', '+15558880001'];
    const args = ['--right', server.restUrl, '--only', 'binding,receipt', ...flags];
    const { code, stdout } = await runHere('contract', args);
    expect(stdout).toContain('simulate agrees with');
    expect(stdout).not.toMatch(/skipped +\S*binding/);
    expect(code).toBe(0);
  });

  it('reports slower responses than --max-latency, and hidden failures with --retries 0', async () => {
    let [calls, reads] = [0, 0];
    // The third request is slow, and the first read fails once.
    const slow = createServer((request, response) => {
      calls += 1;
      if (request.method === 'GET') reads += 1;
      const fails = reads === 1 && request.method === 'GET';
      const forward = () => {
        if (fails) {
          response.writeHead(503, { 'content-type': 'application/json' }).end('{"status":503}');
          return;
        }
        const { url = '', method = '', headers } = request;
        const upstreamRequest = requestHttp(`${upstream.restUrl}${url}`, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        });
        request.pipe(upstreamRequest);
      };
      setTimeout(forward, calls === 3 ? 300 : 0);
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    onTestFinished(() => void slow.close());
    const origin = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    // One scenario after the other, so that the same request is slow and the same read fails in every run.
    const args = ['--right', 'live', '--upstream', origin, '--only', 'role', '--parallel', '1'];
    const run = async (...more: string[]) => {
      [calls, reads] = [0, 0];
      return runHere('contract', [...args, ...more], CREDENTIALS);
    };
    expect((await run()).stdout).toContain('simulate agrees with live');
    const strict = await run('--max-latency', '0.2', '--retries', '0');
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain('the response took longer than 200 ms');
    expect(strict.stdout).toMatch(/different HTTP status/);
  });

  it('explains what it tolerates, and how to make it strict', async () => {
    const { code, stdout } = await runHere('contract', ['--explain', '--only', 'receipt']);
    expect(code).toBe(0);
    expect(stdout).toContain('--max-latency');
    expect(stdout).toContain('--retries 0');
    expect(stdout).toContain('receipt · fetch a receipt · status: it changes during the scenario');
    expect(stdout).not.toContain('account-webhook');
  });

  it('agrees with its own recording, and names the upstream that was recorded', async () => {
    const cassettes = await newFolder();
    const phones = ['--address', '+12025550123', '--proxy-address', '+12025550199'];
    const { restUrl } = upstream;
    const args = ['--cassettes', cassettes, ...phones, ...someScenarios];
    const recording = await runHere('record', ['--upstream', restUrl, ...args], CREDENTIALS);
    expect(recording.code).toBe(0);
    expect(recording.stdout).toContain(`simulate agrees with live at ${restUrl}`);
    expect(readdirSync(cassettes).sort()).toEqual([
      'receipt.json',
      'receipt@account.json',
      'role.json',
      'role@account.json',
      'verified.json',
    ]);
    const verified = JSON.parse(readFileSync(join(cassettes, 'verified.json'), 'utf8')) as { scenarios: object };
    expect(verified.scenarios).toMatchObject({ role: { result: 'agree', upstream: restUrl, differences: 0 } });

    const { code, stdout } = await runHere('contract', args);
    expect(stdout).toMatch(/simulate agrees with the recording of \d{4}-\d\d-\d\d from http:\/\/127.*, not Twilio/);
    expect(code).toBe(0);
  });

  it('exits with 1 if the sides differ, and writes the reports for CI', async () => {
    const folder = await newFolder();
    const scenarioFile = join(folder, 'scenario.yaml');
    await writeFile(
      scenarioFile,
      'understudy-scenario: 1\nname: my-scenario\nabout: Its expectation is wrong.\nsteps:\n' +
        '  - name: create a room\n    operation: createserviceconversation\n    expect: { body: { state: closed } }\n',
    );
    const summary = join(folder, 'summary.md');
    const reports = ['junit', 'json', 'html', 'sarif'].map((format) => `${format}=${join(folder, format)}`).join(',');
    const args = [
      '--right',
      upstream.restUrl,
      '--scenarios',
      scenarioFile,
      '--only',
      'my-scenario',
      '--report',
      reports,
    ];
    const { code, stdout, stderr } = await contract(args, { GITHUB_STEP_SUMMARY: summary });
    expect(code).toBe(1);
    expect(stderr).toContain(`${join(folder, 'html')} shows the whole responses.\n`);
    expect(stdout).toContain('my-scenario · create a room · createserviceconversation');
    expect(stdout).toMatch(/Expected \(scenario\) +"closed"/);
    expect(readFileSync(join(folder, 'junit'), 'utf8')).toContain('<failure type="failed-expectation"');
    expect(readFileSync(join(folder, 'sarif'), 'utf8')).toContain('scenario.yaml');
    expect(readFileSync(join(folder, 'html'), 'utf8')).toContain('<!doctype html>');
    expect(readFileSync(summary, 'utf8')).toContain('❌ understudy contract');
    expect(JSON.parse(readFileSync(join(folder, 'json'), 'utf8'))).toMatchObject({ outcome: 'drift' });
  });

  it('exits with 2 if no server listens at the URL', async () => {
    const { code, stdout } = await runHere('contract', ['--right', 'http://127.0.0.1:1', '--only', 'role']);
    expect(stdout).toMatch(/not finished +role: cannot start/);
    expect(code).toBe(2);
  });

  it('exits with 2 after its deadline if the other side hangs', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { code, stdout } = await contract(['--right', url, '--only', 'role', '--deadline', '1']);
    expect(stdout).toContain('the run exceeded its deadline of 1 s');
    expect(code).toBe(2);
  });

  it('deletes what it created if it is interrupted, and exits with 2', async () => {
    const { process, finished } = start(['contract', '--right', upstream.restUrl, '--parallel', '1']);
    process.stderr.once('data', () => process.kill('SIGINT'));
    const { code, stdout } = await finished;
    expect(stdout).toContain('interrupted');
    expect(code).toBe(2);
    const authorization = `Basic ${Buffer.from(`AC${'0'.repeat(32)}:any`).toString('base64')}`;
    const answer = await fetch(`${upstream.restUrl}/v1/Services`, { headers: { authorization } });
    expect(await answer.json()).toMatchObject({ services: [{ friendly_name: 'Default Conversations Service' }] });
  });

  it.each([
    [['--right', 'lief'], /not a side.*`live`/],
    [['--surface', 'smoke'], /engine, rest, twilio, mcp/],
    [['--right', 'live', '--only', 'role'], /needs credentials/],
  ])('exits with 2 and explains the problem for %s', async (args, message) => {
    const { code, stdout, stderr } = await contract(args);
    expect(`${stderr}${stdout}`).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('the flags of understudy contract', () => {
  it.each([
    [['--right', 'http://example.com'], /in clear text/],
    [['--right', 'https://example.com'], /needs credentials/],
    [['--right', 'replay', '--cassettes', '/nowhere'], /understudy record/],
    [['--only', 'rol'], /`role`/],
    [['--report', 'pdf=x'], /junit, json, html, sarif/],
    [
      ['--report', 'html=/nowhere/report.html'],
      /--report html=\/nowhere\/report\.html: the folder \/nowhere does not exist/,
    ],
    [['--report', `json=${tmpdir()}`], /is a folder: name a file/],
    [['--right', 'live'], /^live needs credentials: set TWILIO_USER/],
    [['--right', 'live', '--upstream', 'http://127.0.0.1:1'], /live at http:\/\/127\.0\.0\.1:1 needs credentials/],
    [['--scenarios', '/nowhere'], /Cannot read \/nowhere/],
    [['--known-drift', '/nowhere'], /Cannot read \/nowhere/],
  ])('are rejected with a message that says what to do: %s', async (args, message) => {
    const run = async () => {
      await runContract(readSettings(contractCommand, args), new AbortController().signal);
    };
    await expect(run()).rejects.toThrow(message);
  });
});
