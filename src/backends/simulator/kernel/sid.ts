import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const BLOCK = 16;
const COUNTER_BYTES = 6;
/** Characters of a SID. */
const LENGTH = 2 + 2 * BLOCK;
/** How many SIDs of a world are generated one by one. */
const MAX_SINGLES = 16;
/** How many SIDs of one kind are generated together. */
const MAX_BATCH = 64;
const ZEROS = Buffer.alloc(BLOCK - 2 - COUNTER_BYTES);

/** A prefix may have any characters. */
const SID = /^..[0-9a-fA-F]{32}$/s;

/** Whether a text is a SID: two letters for the kind of record, and 32 hexadecimal digits. */
export function isSid(text: string, prefix: string): boolean {
  return text.length === 34 && text.startsWith(prefix) && SID.test(text);
}

/** The SIDs of one kind with consecutive sequence numbers, as ASCII. */
interface Batch {
  readonly first: number;
  readonly size: number;
  readonly bytes: Buffer;
}

/**
 * Generates the SIDs of a world. The 32 digits are one encrypted AES block with the prefix and the record's sequence number.
 * So a SID looks random, never repeats, and is the same for the same key. It also still contains the sequence number after
 * its record was deleted, so that page tokens stay valid without a memory of deleted records.
 */
export class SidSource {
  readonly #encrypt;
  readonly #decrypt;
  /** By prefix. Most of the time goes into the call of the cipher, so later SIDs are generated with the one that is needed. */
  #batches: Map<string, Batch> | undefined;
  /** There may be thousands of worlds that need only a few SIDs. */
  #singles = 0;

  /** @param key any text; the same text gives the same SIDs */
  constructor(readonly key: string) {
    const secret = createHash('sha256').update(key).digest().subarray(0, BLOCK);
    this.#encrypt = createCipheriv('aes-128-ecb', secret, null).setAutoPadding(false);
    this.#decrypt = createDecipheriv('aes-128-ecb', secret, null).setAutoPadding(false);
  }

  sid(prefix: string, sequence: number): string {
    if (this.#batches === undefined) {
      this.#singles += 1;
      if (this.#singles > MAX_SINGLES) this.#batches = new Map();
      return flatText(this.#bytesOf(prefix, sequence, 1), 0);
    }
    let batch = this.#batches.get(prefix);
    let offset = batch === undefined ? -1 : sequence - batch.first;
    if (batch === undefined || offset < 0 || offset >= batch.size) {
      const size = batch === undefined ? 1 : Math.min(MAX_BATCH, batch.size * 4);
      batch = { first: sequence, size, bytes: this.#bytesOf(prefix, sequence, size) };
      this.#batches.set(prefix, batch);
      offset = 0;
    }
    return flatText(batch.bytes, offset);
  }

  #bytesOf(prefix: string, sequence: number, size: number): Buffer {
    const blocks = Buffer.alloc(size * BLOCK);
    for (let i = 0; i < size; i += 1) {
      blocks.write(prefix, i * BLOCK, 'latin1');
      blocks.writeUIntBE(sequence + i, (i + 1) * BLOCK - COUNTER_BYTES, COUNTER_BYTES);
    }
    const digits = this.#encrypt.update(blocks).toString('hex');
    let sids = '';
    for (let i = 0; i < digits.length; i += 2 * BLOCK) sids += prefix + digits.slice(i, i + 2 * BLOCK);
    return Buffer.from(sids, 'latin1');
  }

  /** The sequence number in a SID of this source; `undefined` for any other text. */
  sequenceOf(sid: string): number | undefined {
    if (!isSid(sid, sid.slice(0, 2))) return undefined;
    const block = this.#decrypt.update(Buffer.from(sid.slice(2), 'hex'));
    const isOwn =
      block.toString('latin1', 0, 2) === sid.slice(0, 2) && block.subarray(2, BLOCK - COUNTER_BYTES).equals(ZEROS);
    return isOwn ? block.readUIntBE(BLOCK - COUNTER_BYTES, COUNTER_BYTES) : undefined;
  }
}

/**
 * A text of its own. A part of a longer text, or two texts that were added, would keep others in memory, and would take
 * several times as long to compare, which tables of records do.
 */
function flatText(bytes: Buffer, index: number): string {
  return bytes.toString('latin1', index * LENGTH, (index + 1) * LENGTH);
}
