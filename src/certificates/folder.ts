import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Creates a folder that other processes see only when it is complete. If another process was faster, its folder counts.
 * @param fill writes the files into a draft of the folder
 */
export function createFolder(folder: string, fill: (draft: string) => void): void {
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    fill(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
