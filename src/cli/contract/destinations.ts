import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnderstudyError } from '../../core/errors.js';

/**
 * Checks that files can be written, before a run whose result they will hold.
 * @param files the flag or variable of each file, as the user wrote it, and its path
 * @throws UnderstudyError that names the first file that cannot be written
 */
export function checkDestinations(files: readonly (readonly [origin: string, file: string])[]): void {
  for (const [origin, file] of files) {
    const reason = whyNotWritable(file);
    if (reason !== undefined) throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${origin}: ${reason}`);
  }
}

function whyNotWritable(file: string): string | undefined {
  const folder = dirname(file);
  if (existsSync(file)) {
    if (statSync(file).isDirectory()) return `${file} is a folder: name a file`;
    return isWritable(file) ? undefined : `${file} is not writable`;
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return `the folder ${folder} does not exist: create it first`;
  return isWritable(folder) ? undefined : `the folder ${folder} is not writable`;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
