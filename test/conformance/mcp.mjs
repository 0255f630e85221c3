/**
 * The official conformance suite for MCP servers, and the Inspector's look at the tools, against a server of our own:
 * `npm run mcp:conformance`. Both need Node 22 or newer, which npm brings along, so this is apart from `npm test`.
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

/** The scenarios that a server with tools and nothing else is asked, by protocol version. */
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

/** Checks that no server passes that lacks the suite's own diagnostic tools, prompts or resources. */
const notForUs = new Set([
  'sep-2575-server-rejects-undeclared-capability',
  'sep-2575-missing-capability-http-400',
  'sep-2575-http-server-no-independent-requests-on-stream',
  'sep-2575-server-no-log-without-loglevel',
  'sep-2549-prompts-list-caching-hints',
  'sep-2549-resources-list-caching-hints',
  'sep-2549-resources-templates-list-caching-hints',
]);

const say = (line) => process.stdout.write(`${line}\n`);
const run = promisify(execFile);
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Runs a program of a package by a newer Node. A non-zero exit is told by what was written, not by an exception. */
async function runByNpm(packageName, args) {
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

/** How many checks of a scenario failed that should not have. */
async function runScenario({ version, suite }, scenario, url, folder) {
  const dated = suite.includes('0.1.') ? [] : ['--spec-version', version];
  const out = join(folder, version, scenario);
  const args = ['conformance', 'server', '--url', url, '--scenario', scenario, ...dated, '-o', out];
  const { stderr } = await runByNpm(suite, args);
  const checks = await checksOf(out).catch(() => []);
  if (checks.length === 0) {
    say(`FAILED  ${version} ${scenario}: nothing was checked\n${stderr.slice(-2000)}`);
    return 1;
  }
  const failed = checks.filter(({ status, id }) => status === 'FAILURE' && !notForUs.has(id));
  const passed = checks.filter(({ status }) => status === 'SUCCESS').length;
  const spared = checks.filter(({ status, id }) => status === 'FAILURE' && notForUs.has(id)).length;
  say(`${failed.length === 0 ? 'passed' : 'FAILED'}  ${version} ${scenario}: ${passed} checks, ${spared} not for us`);
  for (const { id, errorMessage } of failed) say(`        ${id}: ${errorMessage}`);
  return failed.length;
}

async function inspect(era, url) {
  const args = ['mcp-inspector', '--cli', url, '--transport', 'http', '--protocol-era', era];
  const { stderr, code } = await runByNpm(INSPECTOR, [...args, '--method', 'tools/list', '--strict']);
  say(
    `${code === 0 ? 'passed' : 'FAILED'}  inspector --strict, ${era} era: ${/^.*\d+ errors?.*$/m.exec(stderr)?.[0] ?? 'no remark'}`,
  );
  if (code !== 0) say(stderr.slice(-4000));
  return code === 0 ? 0 : 1;
}

/** Starts a server on free ports; its banner says where MCP is. */
async function startServer() {
  const server = spawn(process.execPath, [main, 'serve', '--rest-port', '0', '--mcp-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout)) {
    const url = /^\s*mcp\s+(\S+)/.exec(line)?.[1];
    if (url !== undefined) return { server, url };
  }
  throw new Error('The server ended before it said where MCP is.');
}

const folder = await mkdtemp(join(tmpdir(), 'understudy-conformance-'));
const { server, url } = await startServer();
try {
  let failures = 0;
  for (const suite of suites) {
    for (const scenario of suite.scenarios) failures += await runScenario(suite, scenario, url, folder);
  }
  for (const era of ['legacy', 'modern']) failures += await inspect(era, url);
  say(failures === 0 ? 'Conformance: passed.' : `Conformance: ${failures} failed.`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  server.kill();
  await rm(folder, { recursive: true, force: true });
}
