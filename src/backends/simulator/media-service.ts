/** Connects the records of media, which are in worlds, with their bytes, which are in a store beside them. */
import { Readable } from 'node:stream';
import { UnderstudyError } from '../../core/errors.js';
import { Upload } from '../../core/file-body.js';
import type { MaybePromise } from '../../core/maybe-promise.js';
import type { Call, Result } from '../../core/operation.js';
import { MAX_FILE_BYTES, roomIn } from './conversations/media/limits.js';
import type { SentFile } from './controls/inbound.js';
import type { BindVerb } from './conversations/bind.js';
import { mediaResource, uploadForm } from './conversations/media/media.js';
import { media } from './conversations/media/record.js';
import { refuse } from './conversations/refusals.js';
import type { StoredFile } from './kernel/handler.js';
import { notFound, TwilioError } from './kernel/twilio-error.js';
import type { WorldSession } from './kernel/world-session.js';
import type { WorldDocument } from './kernel/world.js';
import { TooManyBytes, type MediaStore } from './storage/media-store.js';

/** How long bytes may remain after their last record is gone, in milliseconds. */
const SWEEP_DELAY_MS = 1000;

export interface MediaServiceOptions {
  readonly store: MediaStore;
  readonly sessions: () => readonly WorldSession[];
  readonly snapshots: ReadonlyMap<string, WorldDocument>;
  readonly bind: BindVerb;
  /** Answers a call that has no upload. */
  readonly answer: (session: WorldSession, call: Call) => MaybePromise<Result>;
}

export class MediaService {
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly options: MediaServiceOptions) {}

  /** Stores the file of a call, and then answers the call, whose form is the record of the file. */
  async upload(session: WorldSession, call: Call): Promise<Result> {
    const { store, answer } = this.options;
    const { upload } = call;
    if (upload === undefined) return answer(session, call);
    const room = roomIn(session.world);
    try {
      return await store.write(upload.open(), Math.min(MAX_FILE_BYTES, room), ({ key, size }) => {
        // Other uploads may have ended meanwhile.
        if (size > roomIn(session.world)) throw worldFull(session.world.account);
        return answer(session, { ...call, upload: undefined, form: uploadForm(key, size, upload.parts()) });
      });
    } catch (error) {
      if (!(error instanceof TooManyBytes)) throw error;
      throw room < MAX_FILE_BYTES ? worldFull(session.world.account) : refuse(50512);
    } finally {
      // The answer may be a refusal.
      this.sweepSoon();
    }
  }

  /** Uploads a file that arrived as JSON, and returns its SID. @throws TwilioError if the upload is refused */
  async storeFile(session: WorldSession, serviceSid: string, file: SentFile): Promise<string> {
    const { base64, content_type: contentType, filename } = file;
    const upload = new Upload(
      () => Readable.from([Buffer.from(base64, 'base64')]),
      () => ({ contentType, filename }),
    );
    const caller = { surface: 'control', origin: 'http://localhost' } as const;
    const input = { ChatServiceSid: serviceSid, body: upload };
    const { status, body } = await this.upload(
      session,
      this.options.bind('create', mediaResource.noun, input, caller).call,
    );
    const { sid, code, message } = (body?.value ?? {}) as Readonly<{ sid?: string; code?: number; message?: string }>;
    if (sid === undefined) throw new TwilioError(code ?? status, status, message ?? 'The upload was refused');
    return sid;
  }

  /** @throws TwilioError 404 if the bytes are missing, because only the data file was copied or restored */
  send({ key, contentType }: StoredFile, { operation, path }: Call): Result {
    const content = this.options.store.find(key);
    if (content === undefined)
      throw notFound(operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => path.get(name) ?? ''));
    return { status: 200, headers: { 'content-type': contentType }, body: null, content };
  }

  /** Removes bytes that no record names. Records disappear in many ways, so the rest is found by looking at all of them. */
  sweep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { store, sessions, snapshots } = this.options;
    if (store.isEmpty) return;
    const keys = new Set<string>();
    for (const { world } of sessions()) {
      for (const { content } of world.records(media).values()) if (content !== undefined) keys.add(content);
    }
    for (const { records } of snapshots.values()) {
      for (const record of records[media.name] ?? []) {
        const { content } = record as { content?: string };
        if (content !== undefined) keys.add(content);
      }
    }
    store.retain(keys);
  }

  sweepSoon(): void {
    if (!this.options.store.isEmpty) this.#timer ??= setTimeout(() => this.sweep(), SWEEP_DELAY_MS).unref();
  }

  async close(): Promise<void> {
    this.sweep();
    await this.options.store.close();
  }
}

function worldFull(account: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_MEDIA_FULL',
    `The media of ${account} have the most bytes that a world can have. Delete messages with media, or reset the world.`,
  );
}
