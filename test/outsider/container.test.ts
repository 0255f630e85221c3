/**
 * Runs the steps of the Dockerfile without a container runtime, as an unprivileged user, from an empty folder for each stage.
 * What this cannot show: that the base image exists and suits, and what the runtime itself does.
 */
import { once } from 'node:events';
import { existsSync, mkdtempSync, chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createProject, freePorts } from './project.js';
import { type Instruction, readDockerfile, type Stage } from './dockerfile.js';
import { processOneOf, RootFilesystem, whyNoNamespaces } from './root-filesystem.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docker = (name: string) => join(root, '.docker', name);
const stages = readDockerfile(readFileSync(docker('Dockerfile'), 'utf8'));

interface Image {
  readonly files: RootFilesystem;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly instructions: readonly Instruction[];
}

/** Files that the build can see. */
const ignored = readFileSync(docker('Dockerfile.dockerignore'), 'utf8').split('\n');
const isInContext = (path: string): boolean => ignored.includes(`!${path}`);

async function build(stage: Stage, parent: string, built: ReadonlyMap<string, Image>): Promise<Image> {
  const files = new RootFilesystem(parent);
  const system = { PATH: process.env['PATH'] ?? '', HOME: '/tmp' };
  let image: Image = { files, workdir: '/', env: system, instructions: stage.instructions };
  for (const { name, args, flags, text } of stage.instructions) {
    if (name === 'WORKDIR') {
      image = { ...image, workdir: args[0] ?? '/' };
      files.makeFolder(image.workdir);
    } else if (name === 'ENV') {
      const variables = args.map((arg) => /^(\w+)=(.*)$/.exec(arg)?.slice(1) as [string, string]);
      image = { ...image, env: { ...image.env, ...Object.fromEntries(variables) } };
    } else if (name === 'COPY') {
      copy(image, args, built.get(flags['from'] ?? ''));
    } else if (name === 'RUN') {
      await files.run(['sh', '-c', text], image);
    }
  }
  return image;
}

function copy({ files, workdir }: Image, args: readonly string[], from: Image | undefined): void {
  const [target = ''] = args.slice(-1);
  for (const source of args.slice(0, -1)) {
    const path = source.replace(/^\.\//, '');
    if (from === undefined) expect(isInContext(path), `the build context lacks ${path}`).toBe(true);
    const name = target.endsWith('/') ? join(target, path.replace(/^.*\//, '')) : target;
    files.copy(
      from === undefined ? join(root, path) : from.files.path(path),
      name.startsWith('/') ? name : join(workdir, name),
    );
  }
}

test('the Dockerfile and the compose file have no findings of their linters', async (context) => {
  const project = await createProject(context);
  writeFileSync(join(project.folder, 'package.json'), '{}');
  await project.run('npm install --silent dockerfile-utils@0.16 dockerfilelint@1.8 dclint@3');
  await expect(project.run(`npx dockerfile-utils lint '${docker('Dockerfile')}'`)).resolves.toBeDefined();
  await expect(project.run(`npx dockerfilelint '${docker('Dockerfile')}'`)).resolves.toBeDefined();
  await expect(project.run(`npx dclint '${docker('compose.yaml')}'`)).resolves.toBeDefined();
});

test('the steps of the Dockerfile give a server that runs read-only, reports its health, keeps its data and stops', async (context) => {
  const reason = whyNoNamespaces();
  if (reason !== undefined) context.skip(reason);
  const parent = mkdtempSync(join(tmpdir(), 'understudy-image-'));
  chmodSync(parent, 0o755);
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const built = new Map<string, Image>();
  for (const stage of stages) built.set(stage.name ?? 'final', await build(stage, parent, built));
  const image = built.get('final') as Image;
  const only = (name: string): Instruction => image.instructions.findLast((each) => each.name === name) as Instruction;
  expect(only('USER').args).toEqual(['node']);
  const [volume = ''] = only('VOLUME').args;

  const token = 'a-token-for-the-test';
  // An app sends the token as its auth token.
  const basic = Buffer.from(`AC${'0'.repeat(32)}:${token}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  const readOnly = { ...image, onlyWritable: volume };
  await expect(image.files.run(['touch', join(image.workdir, 'file')], readOnly)).rejects.toThrow('Read-only');
  const [port, mcpPort] = await freePorts(2);
  const ports = { UNDERSTUDY_REST_PORT: String(port), UNDERSTUDY_MCP_PORT: String(mcpPort), UNDERSTUDY_TLS_PORT: '0' };
  const services = `http://127.0.0.1:${port}/v1/Services`;
  const env = { ...image.env, ...ports, UNDERSTUDY_URL: `http://127.0.0.1:${port}` };
  const checkHealth = () => image.files.run(only('HEALTHCHECK').args, { ...image, env });

  async function serve(): Promise<() => Promise<unknown>> {
    const command = [...only('ENTRYPOINT').args, ...only('CMD').args];
    const child = image.files.start(
      command,
      {
        ...readOnly,
        env: { ...env, UNDERSTUDY_TOKEN: token },
      },
      ['ignore', 'pipe', 'inherit'],
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    for await (const text of child.stdout ?? []) if (String(text).includes('const client')) break;
    return async () => {
      const ended = once(child, 'exit');
      process.kill(processOneOf(child), 'SIGTERM');
      return (await ended)[0];
    };
  }

  const stop = await serve();
  expect((await fetch(services, { method: 'POST', headers, body: 'FriendlyName=Desk' })).status).toBe(201);
  expect((await fetch(services)).status).toBe(401);
  expect(await stop()).toBe(0);
  for (const file of ['worlds.json', 'ca/ca.pem']) expect(existsSync(image.files.path(volume, file))).toBe(true);

  const stopAgain = await serve();
  const { services: kept } = (await (await fetch(services, { headers })).json()) as {
    services: { friendly_name: string }[];
  };
  expect(kept.map((service) => service.friendly_name)).toContain('Desk');
  await expect(checkHealth()).resolves.toBe('');
  expect(await stopAgain()).toBe(0);
  await expect(checkHealth()).rejects.toThrow('ended with 1');
});
