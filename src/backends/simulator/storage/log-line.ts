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

/** Undefined if the text is not a line of this log. */
export function decodeLine(text: string, generation: number): Line | undefined {
  const match = /^(\d{1,15}) (\d{1,15}) ([0-9a-f]{8}) /.exec(text);
  if (match === null) return undefined;
  const [{ length }, number = '', synced = '', checksum] = match;
  const json = text.slice(length);
  if (checksumOf(json, crc32(`${number} ${synced} `, generation >>> 0)) !== checksum) return undefined;
  return { number: Number(number), synced: Number(synced), json };
}

function checksumOf(text: string, generation: number): string {
  return crc32(text, generation >>> 0)
    .toString(16)
    .padStart(8, '0');
}

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
export function decodeHeader(text: string): (LogHeader & { readonly hasChecksums: boolean }) | undefined {
  const hasChecksums = !text.startsWith('{');
  const json = hasChecksums ? decodeLine(text, 0)?.json : text;
  try {
    const { generation } = JSON.parse(json ?? '') as LogHeader;
    return Number.isSafeInteger(generation) ? { generation, hasChecksums } : undefined;
  } catch {
    return undefined;
  }
}
