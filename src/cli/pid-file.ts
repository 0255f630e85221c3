/** Files that say which process serves, so that other commands can find and stop it. */
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { badOption, UnderstudyError } from '../core/errors.js';

/** The file of a server that `serve --detach` starts, by its port. */
export function defaultPidFile(url: string): string {
  const { port, protocol } = new URL(url);
  return join(backgroundFolder(), `${port === '' ? (protocol === 'https:' ? '443' : '80') : port}.pid`);
}

/**
 * A folder of this user. Other users can write to the folder above it, so they could have made it.
 * @throws UnderstudyError if it belongs to somebody else
 */
export function backgroundFolder(): string {
  const { uid, username } = userInfo();
  const folder = join(tmpdir(), `twilio-understudy-${uid === -1 ? username : uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const info = lstatSync(folder);
  if (info.isDirectory() && (uid === -1 || info.uid === uid)) return folder;
  throw badOption(`${folder} is not a folder of this user: remove it, or set --pid-file`);
}

/**
 * Writes the id of this process, and removes the file when the process exits.
 * @throws UnderstudyError if another process that is alive has written it, or it cannot be written
 */
export function claimPidFile(name: string): void {
  const file = resolve(name);
  const other = readPid(file);
  if (other !== undefined && other !== process.pid && isAlive(other)) {
    throw badOption(
      `${name} names process ${other}, which is running: stop it with \`understudy stop --pid-file ${name}\``,
    );
  }
  try {
    writeFileSync(file, `${process.pid}\n`);
  } catch (cause) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `--pid-file ${name} cannot be written: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  process.on('exit', () => {
    if (readPid(file) === process.pid) rmSync(file, { force: true });
  });
}

/** The process that a file names; undefined if there is no such file. */
export function readPid(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, 20).trim();
  } catch {
    return undefined;
  }
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
