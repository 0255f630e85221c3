import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';

/** Folder of the newest PostgreSQL on this machine with `initdb`; undefined if there is none. */
const BINARIES = findBinaries();

/** Why tests with a database cannot run here; undefined if they can. */
export const noPostgres =
  BINARIES === undefined
    ? 'there is no PostgreSQL 14 or later on this machine (Debian and Ubuntu: apt-get install postgresql). PGlite cannot ' +
      'take its place, because all its connections are one session, and locks belong to sessions'
    : undefined;

/** A database server of this machine, in a folder of its own. */
export class Postgres {
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-postgres-'));
    const [user] = owner() ?? [];
    if (user !== undefined) chownSync(folder, user, owner()?.[1] ?? user);
    const data = join(folder, 'data');
    runAs('initdb', '-D', data, '-U', 'understudy', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C');
    const server = new Postgres(folder, await freePort());
    await server.startProcess();
    return server;
  }

  /** `durable`: whether it writes to the disk what it has acknowledged. */
  async startProcess(durable = false): Promise<void> {
    const settings = ['max_connections=200', 'shared_buffers=16MB', 'listen_addresses=127.0.0.1', `port=${this.port}`];
    settings.push(
      `unix_socket_directories=${this.folder}`,
      `fsync=${durable ? 'on' : 'off'}`,
      'log_min_messages=panic',
    );
    const args = ['-D', join(this.folder, 'data'), ...settings.flatMap((each) => ['-c', each])];
    const identity = owner();
    this.#process = spawn(join(BINARIES ?? '', 'postgres'), args, {
      stdio: 'ignore',
      ...(identity && { uid: identity[0], gid: identity[1] }),
    });
    for (;;) {
      try {
        await this.query('SELECT 1', 'postgres');
        return;
      } catch {
        if (this.#process.exitCode !== null) throw new Error('postgres did not start');
        await new Promise((resolve) => void setTimeout(resolve, 50));
      }
    }
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  url(database: string): string {
    return `postgres://understudy:correct-horse@127.0.0.1:${this.port}/${database}`;
  }

  /** Creates an empty database, and returns its URL. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.query(`CREATE DATABASE ${name}`, 'postgres');
    return this.url(name);
  }

  async query<R extends QueryResultRow>(text: string, database = 'postgres'): Promise<R[]> {
    const client = new Client({ connectionString: database.includes('://') ? database : this.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Runs a statement in a transaction, such as one that locks a table. @returns a function that ends the transaction */
  async hold(text: string, database: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: database });
    await client.connect();
    await client.query('BEGIN');
    await client.query(text);
    return () => client.end();
  }

  /** Sends a signal to the server and to the processes of its connections. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === this.pid);
    for (const pid of [this.pid, ...children.map(Number)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** Ends the server at once, as a crash does, or after what it is doing. */
  async stopProcess(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  }

  async stop(): Promise<void> {
    await this.stopProcess('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root. */
function owner(): [uid: number, gid: number] | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return [idOf('-u'), idOf('-g')];
}

const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

function runAs(program: string, ...args: string[]): void {
  const identity = owner();
  execFileSync(join(BINARIES ?? '', program), args, {
    stdio: 'ignore',
    cwd: tmpdir(),
    ...(identity && { uid: identity[0], gid: identity[1] }),
  });
}

/** On Linux. */
function parentOf(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql';
  const packaged = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env['PATH'] ?? '').split(':');
  const folders = [
    ...packaged.filter((version) => Number(version) >= 14).map((each) => join(root, each, 'bin')),
    ...onPath,
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
