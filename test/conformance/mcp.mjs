/**
 * Runs the official conformance suite for MCP servers, and the MCP Inspector's check of the tools, against this server:
 * `npm run mcp:conformance`. Both need Node 22 or newer, which npm downloads, so `npm run check` does not include them.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const NODE = 'node@22';
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';

/** The scenarios for a server that has only tools, by protocol version. */
const suites = [
  {
    version: '2025-11-25',
    suite: '@modelcontextprotocol/conformance@0.1.16',
    scenarios: [
      'server-initialize',
      'ping',
      'tools-list',
      'dns-rebinding-protection',
      'server-sse-multiple-streams',
      'server-sse-polling',
    ],
  },
  {
    version: '2025-11-25',
    suite: '@modelcontextprotocol/conformance@0.2.0-alpha.12',
    scenarios: ['server-session-lifecycle'],
  },
  {
    version: '2026-07-28',
    suite: '@modelcontextprotocol/conformance@0.2.0-alpha.12',
    scenarios: [
      'server-stateless',
      'tools-list',
      'caching',
      'http-header-validation',
      'dns-rebinding-protection',
      'input-required-result-unsupported-methods',
    ],
  },
];

/** Checks that require prompts, resources or the suite's diagnostic tools, which this server does not have. */
const notApplicable = new Set([
  'sep-2575-server-rejects-undeclared-capability',
  'sep-2575-missing-capability-http-400',
  'sep-2575-http-server-no-independent-requests-on-stream',
  'sep-2575-server-no-log-without-loglevel',
  'sep-2549-prompts-list-caching-hints',
  'sep-2549-resources-list-caching-hints',
  'sep-2549-resources-templates-list-caching-hints',
]);

const print = (line) => process.stdout.write(`${line}\n`);
const run = promisify(execFile);
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Runs a package's program with a newer Node. Returns the exit code instead of throwing. */
async function npmExec(packageName, args) {
  const packages = [`--package=${NODE}`, `--package=${packageName}`];
  const options = { maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' };
  return run('npm', ['exec', '--yes', ...packages, '--', ...args], options).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout = '', stderr = '', code = 1 }) => ({ stdout, stderr, code }),
  );
}

async function checksOf(folder) {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('checks.json'));
  const lists = await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  return lists.flat();
}

/** Runs a scenario and returns how many applicable checks failed. */
async function runScenario({ version, suite }, scenario, url, folder) {
  const dated = suite.includes('0.1.') ? [] : ['--spec-version', version];
  const out = join(folder, version, scenario);
  const args = ['conformance', 'server', '--url', url, '--scenario', scenario, ...dated, '-o', out];
  const { stderr } = await npmExec(suite, args);
  const checks = await checksOf(out).catch(() => []);
  if (checks.length === 0) {
    print(`FAILED  ${version} ${scenario}: no checks were run\n${stderr.slice(-2000)}`);
    return 1;
  }
  const failed = checks.filter(({ status, id }) => status === 'FAILURE' && !notApplicable.has(id));
  const passed = checks.filter(({ status }) => status === 'SUCCESS').length;
  const skipped = checks.filter(({ status, id }) => status === 'FAILURE' && notApplicable.has(id)).length;
  print(
    `${failed.length === 0 ? 'passed' : 'FAILED'}  ${version} ${scenario}: ${passed} checks, ${skipped} not applicable`,
  );
  for (const { id, errorMessage } of failed) print(`        ${id}: ${errorMessage}`);
  return failed.length;
}

async function inspect(era, url) {
  const args = ['mcp-inspector', '--cli', url, '--transport', 'http', '--protocol-era', era];
  const { stderr, code } = await npmExec(INSPECTOR, [...args, '--method', 'tools/list', '--strict']);
  print(
    `${code === 0 ? 'passed' : 'FAILED'}  inspector --strict, ${era} era: ${/^.*\d+ errors?.*$/m.exec(stderr)?.[0] ?? 'no summary'}`,
  );
  if (code !== 0) print(stderr.slice(-4000));
  return code === 0 ? 0 : 1;
}

/** Starts a server on free ports and reads the MCP URL from its banner. */
async function startServer() {
  const server = spawn(process.execPath, [main, 'serve', '--rest-port', '0', '--mcp-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout)) {
    const url = /^\s*mcp\s+(\S+)/.exec(line)?.[1];
    if (url !== undefined) return { server, url };
  }
  throw new Error('the server exited before it printed the MCP URL');
}

const folder = await mkdtemp(join(tmpdir(), 'understudy-conformance-'));
const { server, url } = await startServer();
try {
  let failures = 0;
  for (const suite of suites) {
    for (const scenario of suite.scenarios) failures += await runScenario(suite, scenario, url, folder);
  }
  for (const era of ['legacy', 'modern']) failures += await inspect(era, url);
  print(failures === 0 ? 'Conformance: passed.' : `Conformance: ${failures} failed.`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  server.kill();
  await rm(folder, { recursive: true, force: true });
}
