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
    /** The request's own body, to be forwarded unchanged instead of opening the file. By default, the file is the body. */
    readonly forward: () => ForwardedBody = () => ({ contentType: this.parts().contentType, bytes: this.open() }),
  ) {}
}

export interface ForwardedBody {
  readonly contentType: string | undefined;
  readonly bytes: Readable;
  /** In bytes, if the sender said so. */
  readonly length?: number | undefined;
}

/** A file in a response. */
export interface Content {
  /** In bytes; undefined if Twilio did not say. */
  readonly size: number | undefined;
  /** Opens the file. The caller must read or destroy the stream. */
  open(): Readable;
}
