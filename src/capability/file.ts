import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../errors.js';
import { packageFile } from '../package-files.js';

/** The capability file that ships with the package. */
export const packagedCapability = fileURLToPath(packageFile('capability/conversations-services.yaml'));

/** The text of a capability file. @throws UnderstudyError when the file itself cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_CAPABILITY',
      `Cannot read the capability file ${file}: ${(error as Error).message}. Name an existing file.`,
      { cause: error },
    );
  }
}
