import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../core/errors.js';
import { createFolder } from './folder.js';
import type { KeyPair } from './issue.js';

/** The only domain that our certificates are valid for. */
export const DOMAIN = 'twilio.com';

const COMMON_NAME = 'twilio-understudy local CA';
const DAY = 24 * 3_600_000;
const LIFETIME = 2 * 365 * DAY;
/** The authority is replaced when less than this time remains. */
const RENEWAL = 60 * DAY;

const FOLDER = 'ca';
const CERTIFICATE = 'ca.pem';
const KEY = 'ca-key.pem';

/** The local certificate authority of this user. */
export interface Authority extends KeyPair {
  /** The file of the certificate, for programs that are to trust it. */
  readonly file: string;
  readonly expires: Date;
}

/**
 * Reads the authority from the state folder, and creates it first if there is none, or if it is near its end. Two
 * processes that do this at the same time get the same authority.
 * @throws UnderstudyError if it is damaged, or cannot be read or written
 */
export async function openAuthority(stateFolder: string): Promise<Authority> {
  const existing = readAuthority(stateFolder);
  if (existing !== undefined && existing.expires.getTime() - Date.now() > RENEWAL) return existing;
  await createAuthority(stateFolder, existing);
  const created = readAuthority(stateFolder);
  if (created === undefined) throw damaged(stateFolder, 'another process removed it');
  return created;
}

/** Reads the authority from the state folder; undefined if there is none. */
export function readAuthority(stateFolder: string): Authority | undefined {
  const folder = join(stateFolder, FOLDER);
  const file = join(folder, CERTIFICATE);
  if (!existsSync(folder)) return undefined;
  const certificate = read(stateFolder, file);
  const key = read(stateFolder, join(folder, KEY));
  protect(join(folder, KEY));
  return { certificate, key, file, expires: checkPair(stateFolder, certificate, key) };
}

/** Removes the authority. @returns whether there was one */
export function removeAuthority(stateFolder: string): boolean {
  const folder = join(stateFolder, FOLDER);
  const existed = existsSync(folder);
  attempt(`cannot remove ${folder}`, () => rmSync(folder, { recursive: true, force: true }));
  return existed;
}

async function createAuthority(stateFolder: string, expiring: Authority | undefined): Promise<void> {
  const { issueAuthority } = await import('./issue.js');
  const now = Date.now();
  // A clock that is a little behind must not find the certificate invalid.
  const validity = { from: new Date(now - DAY), to: new Date(now + LIFETIME) };
  const { certificate, key } = await issueAuthority(COMMON_NAME, DOMAIN, validity);
  const folder = join(stateFolder, FOLDER);
  attempt(
    `cannot create a certificate authority in ${stateFolder}: set UNDERSTUDY_STATE_DIR to a folder that can be written`,
    () => {
      if (expiring !== undefined) rmSync(folder, { recursive: true, force: true });
      createFolder(folder, (draft) => {
        writeFileSync(join(draft, CERTIFICATE), certificate, { mode: 0o644 });
        writeFileSync(join(draft, KEY), key, { mode: 0o600 });
      });
    },
  );
}

function read(stateFolder: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `cannot be read: ${String(error)}`;
    throw damaged(stateFolder, `${file} ${reason}`, error);
  }
}

/** Other users of this machine must not read the key, for instance after it was copied. */
function protect(file: string): void {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  attempt(`other users can read ${file}`, () => chmodSync(file, 0o600));
}

/** @returns the end of the certificate's validity */
function checkPair(stateFolder: string, certificate: string, key: string): Date {
  let parsed: X509Certificate;
  let fits: boolean;
  try {
    parsed = new X509Certificate(certificate);
    fits = parsed.ca && parsed.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw damaged(stateFolder, 'its files are not a certificate and a private key', error);
  }
  if (!fits) throw damaged(stateFolder, 'its key does not belong to its certificate');
  return new Date(parsed.validTo);
}

function damaged(stateFolder: string, reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_CA',
    `the certificate authority in ${join(stateFolder, FOLDER)} is damaged: ${reason}. ` +
      'Remove it with `understudy ca remove`; the next start creates a new one',
    { cause },
  );
}

function attempt(problem: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_CA', `${problem} (${(error as Error).message})`, { cause: error });
  }
}
