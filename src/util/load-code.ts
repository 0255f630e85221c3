import { open } from 'node:fs/promises';
import { lazy } from './lazy.js';

/** An import opens a few files at a time. */
const NEEDED_FILES = 8;

/**
 * Loads code on first use: `lazyCode(() => import('./large.js'))`. A failure is not kept: the next use tries again.
 *
 * Node 20 remembers for good that an import failed, even if the reason has gone. The usual reason is that the process has
 * too many open files, so the import starts only when it can open some.
 */
export function lazyCode<T extends object>(load: () => Promise<T>, probe = openFiles): () => Promise<T> {
  return lazy(async () => {
    await probe();
    return load();
  });
}

/** @throws the error of the system if the process cannot open files now */
async function openFiles(): Promise<void> {
  const opened = await Promise.allSettled(Array.from({ length: NEEDED_FILES }, () => open(process.execPath)));
  const files = opened.filter((each) => each.status === 'fulfilled');
  await Promise.all(files.map(({ value }) => value.close()));
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
