/** An empty folder in which a test follows recipes, as somebody would who has only the page and the packed tarball. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, inject, onTestFinished, type TestContext } from 'vitest';
import { userEnvironment } from '../packaging/pack.js';
import { readRecipe, type Step } from './recipe.js';
import { pathWithPython, whyNot } from './requirements.js';
import { findChromium } from '../browser/chromium.js';

/** The ports that recipes use. A test uses free ones in their place. */
const PORTS = ['8080', '9090', '3000'] as const;

const NO_NETWORK =
  /npm (?:error|ERR!) (?:code|errno) (?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED)/;

class ScriptError extends Error {}

export interface Project {
  readonly folder: string;
  /**
   * Follows a page from its first block to its last, and before that the page that it continues.
   * @returns how many outputs were compared with the page
   */
  readonly follow: (name: string) => Promise<number>;
  /**
   * Runs a script and returns what it printed.
   * @throws Error with the output if the script fails
   */
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<string>;
}

export async function createProject(context: TestContext): Promise<Project> {
  const base = mkdtempSync(join(tmpdir(), 'understudy-outsider-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const [folder, home, tmp] = [join(base, 'project'), join(base, 'home'), join(base, 'tmp')];
  for (const path of [folder, home, tmp]) mkdirSync(path);
  onTestFinished(() => stopDetached(tmp));
  const ports = await freePorts(PORTS.length);

  const rewritten = (text: string): string =>
    PORTS.reduce((result, port, i) => result.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(ports[i])), text);

  const env = {
    ...userEnvironment(),
    // The vitest that runs this test asks its children for colours.
    FORCE_COLOR: undefined,
    NO_COLOR: '1',
    HOME: home,
    TMPDIR: tmp,
    PATH: pathWithPython(base),
    npm_config_cache: join(homedir(), '.npm'),
    npm_config_userconfig: join(homedir(), '.npmrc'),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    CHROMIUM_PATH: findChromium() ?? '',
    UNDERSTUDY_REST_PORT: String(ports[0]),
    UNDERSTUDY_MCP_PORT: String(ports[1]),
    // What `exec` and `control` use unless a recipe names another server.
    UNDERSTUDY_URL: `http://127.0.0.1:${ports[0]}`,
  };

  const run = async (script: string, extra: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { code, output } = await runScript(rewritten(withTarball(script)), folder, { ...env, ...extra });
    const [offline] = NO_NETWORK.exec(output) ?? [];
    if (offline !== undefined) context.skip(`npm cannot install: ${offline}`);
    if (code !== 0) throw new ScriptError(`exit code ${code}\n${script}\n${output}`);
    return output;
  };

  const act = async (step: Step, last: string): Promise<string> => {
    if (step.kind === 'run') return run(step.script);
    if (step.kind === 'write') {
      const path = join(folder, step.file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, rewritten(step.text));
    } else {
      expect(last).toMatch(patternOf(rewritten(step.output)));
    }
    return last;
  };

  const follow = async (name: string): Promise<number> => {
    const recipe = readRecipe(name);
    for (const need of recipe.needs) {
      const reason = whyNot(need);
      if (reason !== undefined) context.skip(reason);
    }
    if (recipe.continues !== undefined) await follow(recipe.continues);
    let last = '';
    for (const step of recipe.steps) {
      last = await act(step, last).catch((cause: unknown) => {
        throw cause instanceof ScriptError ? new Error(`${step.at}: ${cause.message}`, { cause }) : cause;
      });
    }
    return recipe.steps.filter(({ kind }) => kind === 'expect').length;
  };

  return { folder, follow, run };
}

/** Stops servers that `serve --detach` has started, after a recipe that failed before it stopped them. */
function stopDetached(tmp: string): void {
  const names = readdirSync(tmp, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pid'));
  for (const name of names) process.kill(Number(readFileSync(join(tmp, name), 'utf8')), 'SIGKILL');
}

/** Recipes write the name of the package. Until it is published, a user writes the path of the tarball there. */
const withTarball = (script: string): string =>
  script.replaceAll(/^(npm install\b.*?) twilio-understudy\b/gm, `$1 '${inject('tarball')}'`);

/** Lines that occur in the output in this order; `…` stands for any text. */
function patternOf(expected: string): RegExp {
  const lines = expected.split('\n').map((line) => line.trim().split('…').map(escaped).join('.*'));
  return new RegExp(lines.join(String.raw`[^]*?\n[^\S\n]*`));
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** Runs a script, and ends all processes that it leaves behind. */
async function runScript(script: string, cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // No process of the group is left.
    }
  };
  onTestFinished(() => end('SIGKILL'));
  const closed = once(child, 'close');
  const [code] = (await once(child, 'exit')) as [number | null];
  end('SIGTERM');
  const late = setTimeout(() => end('SIGKILL'), 5_000);
  await closed;
  clearTimeout(late);
  return { code, output };
}

/** Ports that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
