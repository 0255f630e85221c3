import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const BLOCK = 16;
const COUNTER_BYTES = 6;
const ZEROS = Buffer.alloc(BLOCK - 2 - COUNTER_BYTES);

/** Whether a text is a SID: two letters for the kind of record, and 32 hexadecimal digits. */
export function isSid(text: string, prefix: string): boolean {
  return text.length === 34 && text.startsWith(prefix) && /^[0-9a-fA-F]{32}$/.test(text.slice(2));
}

/**
 * Generates the SIDs of a world. The 32 digits are one encrypted AES block with the prefix and the record's sequence number.
 * So a SID looks random, never repeats, and is the same for the same key. It also still contains the sequence number after
 * its record was deleted, so that page tokens stay valid without a memory of deleted records.
 */
export class SidSource {
  readonly #encrypt;
  readonly #decrypt;
  readonly #block = Buffer.alloc(BLOCK);

  /** @param key any text; the same text gives the same SIDs */
  constructor(readonly key: string) {
    const secret = createHash('sha256').update(key).digest().subarray(0, BLOCK);
    this.#encrypt = createCipheriv('aes-128-ecb', secret, null).setAutoPadding(false);
    this.#decrypt = createDecipheriv('aes-128-ecb', secret, null).setAutoPadding(false);
  }

  sid(prefix: string, sequence: number): string {
    this.#block.fill(0);
    this.#block.write(prefix, 0, 'latin1');
    this.#block.writeUIntBE(sequence, BLOCK - COUNTER_BYTES, COUNTER_BYTES);
    return prefix + this.#encrypt.update(this.#block).toString('hex');
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
