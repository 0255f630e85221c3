import { basename } from 'node:path';
import type { DataPaths } from './data-path.js';
import type { FileLock } from './file-lock.js';
import type { FileSystem } from './file-system.js';

/** Knows which files a start would read, and notices when someone deletes or replaces them under a running server. */
export class Place {
  /** The documents that may be in place: one, or two while one takes the place of the other. */
  #documents = new Set<string | undefined>();

  constructor(
    readonly files: FileSystem,
    readonly paths: DataPaths,
    readonly lock: FileLock,
  ) {}

  /** Takes the present document, or its absence, for ours. */
  async acceptDocument(): Promise<void> {
    this.#documents = new Set([(await this.files.status(this.paths.document))?.id]);
  }

  /** Expects a new document in the place of the present one from now on, or still the present one. */
  expectDocument(id: string): void {
    this.#documents.add(id);
  }

  /** Rejects unless the document, the lock and this log are in place. */
  async check(log: string): Promise<void> {
    const { paths, lock } = this;
    if (!lock.isHeld()) throw new Error(`${basename(paths.lock)} was deleted or replaced`);
    if (!(await this.#hasLog(log))) throw new Error(`${basename(paths.log)} was deleted or replaced`);
    const document = await this.files.status(paths.document);
    if (!this.#documents.has(document?.id)) throw new Error(`${basename(paths.document)} was deleted or replaced`);
  }

  async #hasLog(id: string): Promise<boolean> {
    const { log, nextLog } = this.paths;
    // In this order: a log that is renamed between the two looks is found by the third.
    for (const path of [log, nextLog, log]) {
      // oxlint-disable-next-line no-await-in-loop -- usually the first is it
      if ((await this.files.status(path))?.id === id) return true;
    }
    return false;
  }
}
