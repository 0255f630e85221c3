import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { JsonObject } from '../core/body.js';
import { UnderstudyError } from '../core/errors.js';
import { decodeChunks, parseLargeJson } from '../util/large-json.js';
import type { WorldFile } from './types.js';

/** Writes a temporary file first, so that the file is never incomplete. */
export async function writeWorldFile(file: string, chunks: Iterable<string>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, chunks);
  await rename(temporary, file);
}

/** @throws UnderstudyError if the file is not JSON */
export async function readWorldFile(file: string): Promise<WorldFile> {
  try {
    return (await parseLargeJson(decodeChunks(createReadStream(file)))) as WorldFile;
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `${file} is not an exported world: ${cause.message}.`, {
      cause,
    });
  }
}

/** The input of the control that imports an exported world in place of the world of an account. */
export function importInput(file: WorldFile, account: string): JsonObject {
  // The control says what is wrong with another file.
  if (!Array.isArray((file as Partial<WorldFile> | null)?.worlds)) return { document: file as unknown as JsonObject };
  return { document: { ...file, worlds: file.worlds.map((world) => ({ ...world, account })) } };
}
