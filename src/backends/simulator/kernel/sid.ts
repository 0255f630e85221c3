import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const BLOCK = 16;
const COUNTER_BYTES = 6;
const DIGITS = 2 * BLOCK;
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

/** The digits of the SIDs of one kind with consecutive sequence numbers. */
interface Batch {
  readonly first: number;
  readonly size: number;
  readonly digits: string;
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
      return prefix + this.#digitsOf(prefix, sequence, 1);
    }
    let batch = this.#batches.get(prefix);
    let offset = batch === undefined ? -1 : sequence - batch.first;
    if (batch === undefined || offset < 0 || offset >= batch.size) {
      const size = batch === undefined ? 1 : Math.min(MAX_BATCH, batch.size * 4);
      batch = { first: sequence, size, digits: this.#digitsOf(prefix, sequence, size) };
      this.#batches.set(prefix, batch);
      offset = 0;
    }
    // Storing the record under its SID copies the text, so that it does not keep the digits of the batch in memory.
    return prefix + batch.digits.slice(offset * DIGITS, (offset + 1) * DIGITS);
  }

  #digitsOf(prefix: string, sequence: number, size: number): string {
    const blocks = Buffer.alloc(size * BLOCK);
    for (let i = 0; i < size; i += 1) {
      blocks.write(prefix, i * BLOCK, 'latin1');
      blocks.writeUIntBE(sequence + i, (i + 1) * BLOCK - COUNTER_BYTES, COUNTER_BYTES);
    }
    return this.#encrypt.update(blocks).toString('hex');
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
