import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The files that belong to one data file. */
export interface DataPaths {
  /** The document itself, with symbolic links followed. */
  readonly document: string;
  readonly log: string;
  /** The log while the document that it continues is being written. */
  readonly nextLog: string;
  readonly lock: string;
  /** The folder of media. */
  readonly media: string;
}

/**
 * Follows symbolic links, so that the same data has the same lock and the same log under every name, and so that a write
 * does not replace a link. The document itself need not exist.
 */
export function dataPathsOf(file: string): DataPaths {
  const document = followLinks(resolve(file));
  return {
    document,
    log: `${document}.log`,
    nextLog: `${document}.log.next`,
    lock: `${document}.lock`,
    media: `${document}.media`,
  };
}

/** The longest chain of links; Linux has the same limit. */
const MAX_LINKS = 40;

function followLinks(path: string): string {
  let [file, links] = [path, 0];
  for (;;) {
    const target = linkTargetOf(file);
    if (target === undefined || links > MAX_LINKS) return join(realFolderOf(file), basename(file));
    file = resolve(realFolderOf(file), target);
    links += 1;
  }
}

function linkTargetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // Not a link, or it does not exist.
    return undefined;
  }
}

function realFolderOf(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch {
    // Opening the file gives a better error than this.
    return dirname(path);
  }
}
