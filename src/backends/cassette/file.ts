/** Files in cassettes: the bytes of downloads, as far as they are small and not personal. */
import { Readable, Transform } from 'node:stream';
import { UnderstudyError } from '../../core/errors.js';
import type { Content } from '../../core/file-body.js';

export interface RecordedFile {
  /** In bytes. */
  readonly size: number;
  /** Absent if the file is too large, or the cassette is scrubbed. */
  readonly base64?: string;
}

/** The largest file whose bytes are recorded, and the bytes of all files in one cassette. */
const MAX_BYTES = 1024 * 1024;
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;

/** Wraps downloads. `onEnd` is called when all bytes have passed, and not if the transfer fails. */
export function createFileRecorder(keepsBytes: boolean) {
  let room = keepsBytes ? MAX_TOTAL_BYTES : 0;

  return (content: Content, onEnd: (file: RecordedFile) => void): Content => ({
    size: content.size,
    open() {
      const chunks: Buffer[] = [];
      let size = 0;
      const tee = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length;
          if (size <= MAX_BYTES) chunks.push(chunk);
          done(null, chunk);
        },
        flush(done) {
          const isKept = size <= Math.min(MAX_BYTES, room);
          if (isKept) room -= size;
          onEnd(isKept ? { size, base64: Buffer.concat(chunks).toString('base64') } : { size });
          done();
        },
      });
      const source = content.open();
      source.on('error', (error) => tee.destroy(error));
      tee.on('close', () => source.destroy());
      return source.pipe(tee);
    },
  });
}

/** @throws UnderstudyError if the bytes were not recorded */
export function toContent({ size, base64 }: RecordedFile, cassette: string): Content {
  if (base64 === undefined) {
    throw new UnderstudyError(
      'UNDERSTUDY_CASSETTE_MISS',
      `The cassette ${cassette} has no bytes of this file (${size} bytes): it was too large, or the recording was scrubbed.`,
    );
  }
  const bytes = Buffer.from(base64, 'base64');
  return { size: bytes.length, open: () => Readable.from([bytes], { objectMode: false }) };
}
