/**
 * A root filesystem for one stage of a Dockerfile, on a machine without a container runtime: an empty folder, into which the
 * system's programs and Node.js are mounted, so Node.js of this machine takes the place of the base image. Programs run in it
 * as an unprivileged user, in a user namespace, and as process 1.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Debian's user `nobody`. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const unprivileged = isRoot
  ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs']
  : [];
const namespaces = ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];

/** The reason why programs cannot run in namespaces here, or `undefined`. */
export function whyNoNamespaces(): string | undefined {
  const [program, ...args] = [...unprivileged, ...namespaces, 'true'];
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `an unprivileged user cannot create namespaces here: ${error?.message ?? stderr.trim()}`;
}

export interface RunOptions {
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Makes the whole filesystem read-only but for this folder. */
  readonly onlyWritable?: string | undefined;
}

export class RootFilesystem {
  readonly folder: string;

  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, 'root-'));
    chmodSync(this.folder, 0o755);
    for (const path of [...systemFolders(), 'dev', 'proc', 'tmp'])
      mkdirSync(join(this.folder, path), { recursive: true });
    chmodSync(join(this.folder, 'tmp'), 0o777);
    this.own('.');
  }

  /** A path of this machine for a path in the filesystem. */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Creates a folder that belongs to the unprivileged user, and the folders above it. */
  makeFolder(path: string): void {
    if (path === '/' || path === '.') return;
    this.makeFolder(dirname(path));
    mkdirSync(this.path(path), { recursive: true });
    this.own(path);
  }

  /** Copies a file or the contents of a folder. Its owner is the unprivileged user. */
  copy(from: string, to: string): void {
    this.makeFolder(dirname(to));
    execFileSync('cp', ['--recursive', '--no-target-directory', from, this.path(to)]);
    if (isRoot) execFileSync('chown', ['--recursive', `${NOBODY}:${NOBODY}`, this.path(to)]);
  }

  start(command: readonly string[], options: RunOptions, stdio: StdioOptions): ChildProcess {
    const inside = [
      'chroot',
      this.folder,
      'sh',
      '-c',
      'cd "$1" && shift && exec "$@"',
      'sh',
      options.workdir,
      ...command,
    ];
    const script = `${this.#mounts(options.onlyWritable)}\nexec "$@"`;
    const [program = '', ...args] = [...unprivileged, ...namespaces, 'sh', '-euc', script, 'sh', ...inside];
    return spawn(program, args, { env: options.env, stdio });
  }

  /** @throws Error with the output if a command fails */
  run(command: readonly string[], options: RunOptions): Promise<string> {
    const child = this.start(command, options, ['ignore', 'pipe', 'pipe']);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(output);
        else reject(new Error(`${command.join(' ')} ended with ${code}\n${output}`));
      });
    });
  }

  #mounts(onlyWritable: string | undefined): string {
    const bind = [...systemFolders(), 'dev', 'proc'].map((path) => `mount --rbind /${path} '${this.path(path)}'`);
    if (onlyWritable === undefined) return bind.join('\n');
    const [root, writable] = [this.folder, this.path(onlyWritable)];
    return [
      `mount --bind '${root}' '${root}'`,
      ...bind,
      `mount --bind '${writable}' '${writable}'`,
      `mount -o remount,bind,ro '${root}'`,
    ].join('\n');
  }

  private own(path: string): void {
    if (isRoot) chownSync(this.path(path), NOBODY, NOBODY);
  }
}

/** The folders of this machine that hold its programs and Node.js, without the leading slash. */
function systemFolders(): readonly string[] {
  const node = dirname(dirname(process.execPath)).slice(1);
  const system = ['usr', 'bin', 'sbin', 'lib', 'lib64', 'etc'];
  return node === '' || system.includes(node) ? system : [...system, node];
}

/** The process in the namespace: process 1 there, the child of `unshare` here. */
export function processOneOf({ pid = 0 }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ', 1));
}
