import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../core/errors.js';
import { packageFile } from '../util/package-files.js';

/** The names of one or more capability files. */
export type FileNames = readonly [string, ...string[]];

/** The capability files that ship with the package. */
export const packagedCapability: FileNames = [
  fileURLToPath(packageFile('capability/conversations-services.yaml')),
  fileURLToPath(packageFile('capability/conversations-account.yaml')),
];

/** @throws UnderstudyError when the file cannot be read */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_CAPABILITY',
      `Cannot read the capability file ${file}: ${(error as Error).message}. Name an existing file.`,
      { cause: error },
    );
  }
}
