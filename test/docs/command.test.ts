/** Runs the shell lines, JavaScript, seeds and scenarios of every page against the built command. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startUnderstudy } from '../../src/index.js';
import { run, type Served, serveForFile, start } from '../helpers/command.js';
import { blocks, root, type Block } from './pages.js';

const ACCOUNT = `AC${'0'.repeat(32)}`;
/** The service of the seed `support-desk`. */
const SERVICE = 'IS5e0000000000000000000000000000d1';

/** A project with the package installed. `dist` is there too, so that the lines for a clone work as well. */
const project = mkdtempSync(join(tmpdir(), 'understudy-docs-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));
mkdirSync(join(project, 'node_modules'));
symlinkSync(root, join(project, 'node_modules/twilio-understudy'));
symlinkSync(join(root, 'node_modules/twilio'), join(project, 'node_modules/twilio'));
symlinkSync(join(root, 'dist'), join(project, 'dist'));
writeFileSync(
  join(project, 'app.js'),
  `fetch('https://conversations.twilio.com/v1/Services', { headers: { authorization: 'Basic ' + btoa('${ACCOUNT}:x') } })
     .then((response) => response.json()).then(({ meta }) => console.log(meta.url))`,
);

/** One server for all pages. Each starts from the seed. */
let server: Served;
beforeAll(async () => {
  server = await serveForFile(['--seed', 'support-desk', '--clock', 'manual']);
});
beforeEach(async () => {
  const { ok } = await fetch(`${server.restUrl}/__understudy/worlds/reset`, {
    method: 'POST',
    headers: { 'understudy-request': '1' },
  });
  if (!ok) throw new Error('the world cannot be reset');
});
afterAll(() => void server.process.kill('SIGKILL'));

/** What the output of a line contains, for lines whose exit code says too little. */
const OUTPUTS: readonly (readonly [line: RegExp, output: string | RegExp])[] = [
  [/control clock\.advance/, '"mode": "manual"'],
  [/clock\/advance/, '"mode":"manual"'],
  [/control inbound\.message/, '"body": "Hello"'],
  [/control receipts\.set-rules/, '"address": "+1*"'],
  [/control worlds\.import/, ACCOUNT],
  [/webhooks\/list/, '"deliveries":['],
  [/-d FriendlyName=Demo/, '"friendly_name":"Demo"'],
  [/Understudy-Fault: status=429/, '"code":20429'],
  [/exec -- node app\.js/, /^https:\/\/conversations\.twilio\.com\/v1\/Services\?PageSize=/],
  [/contract --report/, /agree/i],
];

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A line with the addresses of a server. npx itself is covered by test/packaging. */
function rewritten(line: string): string {
  return line
    .replace(/^(?:npx twilio-understudy|node dist\/main\.js)\b/, `'${process.execPath}' dist/main.js`)
    .replaceAll('http://127.0.0.1:8080', server.restUrl)
    .replaceAll('http://127.0.0.1:9090', server.mcpUrl);
}

function shell(line: string): Promise<Ran> {
  const own = Object.entries(process.env).filter(([name]) => !/^(UNDERSTUDY|TWILIO)_/.test(name));
  // All scenarios take too long for each line that runs the contract. test/cli/contract runs them.
  const scenarios = { UNDERSTUDY_ONLY: 'role' };
  const ours = { UNDERSTUDY_URL: server.restUrl, UNDERSTUDY_STATE_DIR: join(project, 'state') };
  const env = { ...Object.fromEntries(own), ...scenarios, ...ours, WORLD: ACCOUNT, SERVICE };
  return new Promise((resolve) => {
    execFile('sh', ['-c', rewritten(line)], { cwd: project, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}

const SERVE = /^(?:npx twilio-understudy|node dist\/main\.js) serve\b(?!.*--help)/;

/** Starts the server that a line describes, on free ports, and stops it once it listens. */
async function runServe(line: string): Promise<Ran> {
  const args = line
    .replace(/^.*? serve */, '')
    .replace(/ +#.*/, '')
    .split(/ +/);
  const dataFile = args.indexOf('--data') + 1;
  if (dataFile > 0) args[dataFile] = join(project, args[dataFile] ?? '');
  const started = start(['serve', ...args], { UNDERSTUDY_REST_PORT: '0', UNDERSTUDY_MCP_PORT: '0' });
  await started.printed('const client');
  started.process.kill('SIGTERM');
  const { code, stderr } = await started.finished;
  return { code: code ?? 1, output: stderr };
}

const runnable = (language: string) => blocks.filter((each) => each.language === language && each.notRun === undefined);
const linesOf = ({ text }: Block): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const pagesWithShell = [...new Set(runnable('sh').map(({ page }) => page))];

describe('the shell lines of', () => {
  it.each(pagesWithShell)('%s work as written', { timeout: 120_000 }, async (page) => {
    for (const line of runnable('sh')
      .filter((block) => block.page === page)
      .flatMap(linesOf)) {
      const { code, output } = SERVE.test(line) ? await runServe(line) : await shell(line);
      expect(code, `${line}\n${output}`).toBe(0);
      const expected = OUTPUTS.filter(([pattern]) => pattern.test(line)).map(([, text]) => text);
      for (const text of expected) expect(output).toMatch(text);
    }
  });

  it('the pages still include each line whose output is checked', () => {
    const lines = runnable('sh').flatMap(linesOf);
    expect(OUTPUTS.filter(([pattern]) => !lines.some((line) => pattern.test(line)))).toEqual([]);
  });
});

describe('the JavaScript of', () => {
  it.each(runnable('js').map((block) => [block.at, block] as const))('%s reaches the simulator', async (_, block) => {
    const code = `${block.text}\nconsole.log((await client.conversations.v1.services.list())[0].friendlyName);\n`;
    writeFileSync(join(project, 'sdk.mjs'), code.replaceAll('http://127.0.0.1:8080', server.restUrl));
    expect(await shell(`'${process.execPath}' sdk.mjs`)).toEqual({ code: 0, output: 'Support desk\n' });
  });
});

const startingWith = (key: string) =>
  blocks.filter(({ text }) => text.startsWith(`${key}:`)).map((block) => [block.at, block] as const);

describe('the YAML of', () => {
  it.each(startingWith('understudy-seed'))('%s is a seed that a world can start from', async (_, { text }) => {
    const sim = await startUnderstudy();
    await expect(sim.world().reset({ yaml: text })).resolves.toBeUndefined();
    await sim.close();
  });

  it.each(startingWith('understudy-scenario'))('%s is a scenario that the simulator passes', async (_, { text }) => {
    const file = join(project, 'scenario.yaml');
    writeFileSync(file, text);
    const [, name = ''] = /^name: (.+)$/m.exec(text) ?? [];
    expect(await run('contract', '--scenarios', file, '--only', name)).toMatchObject({ code: 0 });
  });
});
