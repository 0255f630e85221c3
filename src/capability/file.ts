import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../core/errors.js';
import { packageFile } from '../util/package-files.js';

/** The capability file that ships with the package. */
export const packagedCapability = fileURLToPath(packageFile('capability/conversations-services.yaml'));

/** A capability file as it is. @throws UnderstudyError when the file itself cannot be read. */
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
