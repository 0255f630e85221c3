/** Bodies that are files: they are streamed, and never kept in memory as a whole. */
import type { Readable } from 'node:stream';

/** What an upload says about its file. */
export interface UploadParts {
  /** As it was sent; undefined if it was not. */
  readonly contentType?: string | undefined;
  readonly filename?: string | undefined;
  readonly author?: string | undefined;
}

/** A file that a caller sends. A body of this class is not a form. */
export class Upload {
  constructor(
    /** Opens the file, once. Until then, nothing of the body is read. */
    readonly open: () => Readable,
    /** Complete only when all bytes have been read, because the fields of a form may follow the file. */
    readonly parts: () => UploadParts,
  ) {}
}

/** A file in a response. */
export interface Content {
  /** In bytes. */
  readonly size: number;
  /** Opens the file. The caller must read or destroy the stream. */
  open(): Readable;
}
