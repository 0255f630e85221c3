import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../core/errors.js';
import { createFolder } from './folder.js';
import { javaTrustStore } from './java-trust-store.js';
import { certificatesOf } from './roots.js';

const PREFIX = 'trust-';
/** Folders that no program has been started with for this long are removed, in milliseconds. */
const UNUSED = 30 * 24 * 3_600_000;

/** The same certificates in the formats that runtimes read. */
export interface TrustFolder {
  /** A file of PEM. */
  readonly bundle: string;
  readonly javaTrustStore: string;
  /** A folder with an ini file for PHP. */
  readonly phpIni: string;
}

/**
 * Writes certificates for the programs that `exec` starts. The name of the folder depends on the contents, so programs
 * with different certificates do not disturb each other.
 * @param pems files of PEM, e.g. the system's roots and the certificate of our authority
 */
export function writeTrustFolder(stateFolder: string, pems: readonly string[]): TrustFolder {
  const certificates = certificatesOf(pems.join('\n'));
  const bundle = `${certificates.join('\n')}\n`;
  const folder = join(stateFolder, PREFIX + createHash('sha256').update(bundle).digest('hex').slice(0, 16));
  const files = {
    bundle: join(folder, 'bundle.pem'),
    javaTrustStore: join(folder, 'java.jks'),
    phpIni: join(folder, 'php'),
  };
  try {
    if (!existsSync(folder)) {
      createFolder(folder, (draft) => {
        mkdirSync(join(draft, 'php'));
        writeFileSync(join(draft, 'bundle.pem'), bundle);
        writeFileSync(join(draft, 'java.jks'), javaTrustStore(certificates));
        writeFileSync(join(draft, 'php', 'understudy.ini'), phpIni(files.bundle));
      });
    }
    const now = new Date();
    utimesSync(folder, now, now);
    removeUnused(stateFolder, now.getTime() - UNUSED);
  } catch (error) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_CA',
      `cannot write certificates to ${stateFolder}: set UNDERSTUDY_STATE_DIR to a folder that can be written ` +
        `(${(error as Error).message})`,
      { cause: error },
    );
  }
  return files;
}

/** Removes every folder that `writeTrustFolder` wrote. */
export function removeTrustFolders(stateFolder: string): void {
  removeUnused(stateFolder, Infinity);
}

function phpIni(bundle: string): string {
  return `curl.cainfo="${bundle}"\nopenssl.cafile="${bundle}"\n`;
}

function removeUnused(stateFolder: string, before: number): void {
  if (!existsSync(stateFolder)) return;
  for (const name of readdirSync(stateFolder).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(stateFolder, name);
    const { mtimeMs = Infinity } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < before) rmSync(folder, { recursive: true, force: true });
  }
}
