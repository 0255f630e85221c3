import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const BLOCK = 16;
const COUNTER_BYTES = 6;
const ZEROS = Buffer.alloc(BLOCK - 2 - COUNTER_BYTES);

/** Two letters for the kind and 32 hexadecimal digits, lower case as on real ones. */
export function isSid(text: string, prefix: string): boolean {
  return text.length === 34 && text.startsWith(prefix) && /^[0-9a-fA-F]{32}$/.test(text.slice(2));
}

/**
 * Makes a world's SIDs. The 32 digits are one AES block that holds the kind and the record's sequence number, so that
 * a SID looks random, never repeats, is the same for the same key, and still tells its place in the order of creation
 * after its record is gone: a page token needs no memory of deleted records.
 */
export class SidSource {
  readonly #encrypt;
  readonly #decrypt;
  readonly #block = Buffer.alloc(BLOCK);

  /** `key` is any text; the same text gives the same SIDs. */
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

  /** The sequence number inside a SID of this source; `undefined` for any other text. */
  sequenceOf(sid: string): number | undefined {
    if (!isSid(sid, sid.slice(0, 2))) return undefined;
    const block = this.#decrypt.update(Buffer.from(sid.slice(2), 'hex'));
    const genuine =
      block.toString('latin1', 0, 2) === sid.slice(0, 2) && block.subarray(2, BLOCK - COUNTER_BYTES).equals(ZEROS);
    return genuine ? block.readUIntBE(BLOCK - COUNTER_BYTES, COUNTER_BYTES) : undefined;
  }
}
