import { existsSync, readFileSync } from 'node:fs';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import { UnderstudyError } from '../../errors.js';
import type { WorldDocument } from './world.js';

/** The file of `--data`: all worlds, readable, in a versioned format. */
export interface WorldsDocument {
  readonly format: 'understudy-worlds';
  readonly version: 1;
  readonly worlds: readonly WorldDocument[];
}

/**
 * Keeps the worlds in a file. The adapter writes aside and renames, so the file is never half written; saves that
 * come while one is being written share the next one.
 */
export class Store {
  readonly #low: Low<WorldsDocument | null>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    readonly file: string,
    readonly snapshot: () => readonly WorldDocument[],
  ) {
    this.#low = new Low<WorldsDocument | null>(new JSONFile(file), null);
  }

  /** Resolves once everything that is in the worlds at the time of the call is in the file. */
  save(): Promise<void> {
    if (this.#running === undefined) return (this.#running = this.#write());
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return (this.#running = this.#write());
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    try {
      this.#low.data = worldsDocument(this.snapshot());
      await this.#low.write();
    } catch (cause) {
      throw new UnderstudyError(
        'UNDERSTUDY_NOT_SAVED',
        `The change could not be written to the data file (${(cause as Error).message}). It is in memory only; check the disk and the file's rights.`,
        { cause },
      );
    } finally {
      this.#running = undefined;
    }
  }
}

/** Reads a data file; none yet is an empty one. A damaged file stops the start and is left as it is. */
export function readWorlds(file: string): readonly WorldDocument[] {
  if (!existsSync(file)) return [];
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw badFile(file, (cause as Error).message, cause);
  }
  return parseWorlds(document, file);
}

export function worldsDocument(worlds: readonly WorldDocument[]): WorldsDocument {
  return { format: 'understudy-worlds', version: 1, worlds };
}

/** Checks a document of worlds. `file` names it in errors. */
export function parseWorlds(value: unknown, file: string): readonly WorldDocument[] {
  const document = value as Partial<WorldsDocument> | null;
  if (document?.format !== 'understudy-worlds' || !Array.isArray(document.worlds)) {
    throw badFile(file, 'it does not say "format": "understudy-worlds"');
  }
  if (document.version !== 1) {
    throw badFile(file, `its version is ${String(document.version)}, this understudy reads version 1`);
  }
  if (!document.worlds.every(isWorld)) throw badFile(file, 'a world in it lacks its account, its key or its records');
  return document.worlds;
}

function isWorld(value: unknown): value is WorldDocument {
  const world = value as Partial<WorldDocument> | null;
  return (
    typeof world?.account === 'string' &&
    typeof world.sidKey === 'string' &&
    Number.isSafeInteger(world.sequence) &&
    Number.isSafeInteger(world.stamp) &&
    typeof world.moment === 'number' &&
    Array.isArray(world.receiptRules) &&
    world.autocreateIn !== undefined &&
    typeof world.formerSids === 'object' &&
    typeof world.records === 'object' &&
    world.records !== null &&
    Object.values(world.records).every(
      (records) => Array.isArray(records) && records.every((record) => typeof record?.sid === 'string'),
    )
  );
}

function badFile(file: string, why: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be read: ${why}. It was left untouched; restore it from a copy, or name another file with --data.`,
    { cause },
  );
}
