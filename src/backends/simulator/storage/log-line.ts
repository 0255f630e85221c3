/**
 * The lines of a change log: `NUMBER SYNCED CHECKSUM JSON`.
 *
 * - NUMBER counts the lines from 0, so a missing line shows.
 * - SYNCED is the number of lines that were on disk for certain when this line was written. After a power loss, what had
 *   not been synced may be missing from the middle of the file while later lines are there. This number tells such a loss
 *   from damage.
 * - CHECKSUM is the CRC-32 of the rest of the line in 8 hexadecimal digits. It begins with the log's generation, so that no
 *   line of another log matches.
 *
 * Earlier versions wrote the JSON alone.
 */
import { crc32 } from 'node:zlib';
import { textOf } from './lines.js';

export interface Line {
  readonly number: number;
  /** How many lines were synced when this one was written. */
  readonly synced: number;
  readonly json: string;
}

export function encodeLine({ number, synced, json }: Line, generation: number): string {
  const head = `${number} ${synced}`;
  return `${head} ${checksumOf(`${head} ${json}`, generation)} ${json}\n`;
}

const HEAD = /^(\d{1,15}) (\d{1,15}) ([0-9a-f]{8}) /;
const MAX_HEAD_BYTES = 41;
const CHECKSUM_BYTES = 9;

/** Undefined if the bytes are not a line of this log. */
export function decodeLine(bytes: Buffer, generation: number): Line | undefined {
  const match = HEAD.exec(bytes.toString('latin1', 0, MAX_HEAD_BYTES));
  if (match === null) return undefined;
  const [{ length }, number, synced, checksum = ''] = match;
  const rest = bytes.subarray(length);
  const found = crc32(rest, crc32(bytes.subarray(0, length - CHECKSUM_BYTES), generation >>> 0));
  const json = found === Number.parseInt(checksum, 16) ? textOf(rest) : undefined;
  return json === undefined ? undefined : { number: Number(number), synced: Number(synced), json };
}

function checksumOf(text: string, generation: number): string {
  return crc32(text, generation >>> 0)
    .toString(16)
    .padStart(8, '0');
}

/** A line of an earlier version; undefined for anything else. */
export function oldJson(bytes: Buffer): string | undefined {
  return bytes[0] === BRACE || bytes[0] === BRACKET ? textOf(bytes) : undefined;
}

const BRACE = 0x7b;
const BRACKET = 0x5b;

/**
 * The first line of a log. Its checksum has no generation in it, because the reader does not know it yet.
 */
export interface LogHeader {
  /** The generation of the document that the log continues. */
  readonly generation: number;
}

export function encodeHeader({ generation }: LogHeader): string {
  return encodeLine({ number: 0, synced: 0, json: JSON.stringify({ generation }) }, 0);
}

/** Also reads the header of earlier versions, which has no checksum. Undefined for anything else. */
export function decodeHeader(bytes: Buffer): (LogHeader & { readonly hasChecksums: boolean }) | undefined {
  const old = oldJson(bytes);
  const hasChecksums = old === undefined;
  const json = old ?? decodeLine(bytes, 0)?.json;
  try {
    const { generation } = JSON.parse(json ?? '') as LogHeader;
    return Number.isSafeInteger(generation) ? { generation, hasChecksums } : undefined;
  } catch {
    return undefined;
  }
}
