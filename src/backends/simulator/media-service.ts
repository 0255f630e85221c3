/** Connects the records of media, which are in worlds, with their bytes, which are in a store beside them. */
import { UnderstudyError } from '../../core/errors.js';
import type { MaybePromise } from '../../core/maybe-promise.js';
import type { Call, Result } from '../../core/operation.js';
import { MAX_FILE_BYTES, roomIn } from './conversations/media/limits.js';
import { uploadForm } from './conversations/media/media.js';
import { media } from './conversations/media/record.js';
import { refuse } from './conversations/refusals.js';
import type { StoredFile } from './kernel/handler.js';
import { notFound } from './kernel/twilio-error.js';
import type { WorldSession } from './kernel/world-session.js';
import type { WorldDocument } from './kernel/world.js';
import { TooManyBytes, type MediaStore } from './storage/media-store.js';

/** How long bytes may remain after their last record is gone, in milliseconds. */
const SWEEP_DELAY_MS = 1000;

export interface MediaServiceOptions {
  readonly store: MediaStore;
  readonly sessions: () => readonly WorldSession[];
  readonly snapshots: ReadonlyMap<string, WorldDocument>;
}

export class MediaService {
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly options: MediaServiceOptions) {}

  /** Stores the file of a call. `answer` then answers the call, which has the file's record as its form. */
  async upload(session: WorldSession, call: Call, answer: (call: Call) => MaybePromise<Result>): Promise<Result> {
    const { upload } = call;
    if (upload === undefined) return answer(call);
    const room = roomIn(session.world);
    try {
      return await this.options.store.write(upload.open(), Math.min(MAX_FILE_BYTES, room), ({ key, size }) => {
        // Other uploads may have ended meanwhile.
        if (size > roomIn(session.world)) throw worldFull(session.world.account);
        return answer({ ...call, upload: undefined, form: uploadForm(key, size, upload.parts()) });
      });
    } catch (error) {
      if (!(error instanceof TooManyBytes)) throw error;
      throw room < MAX_FILE_BYTES ? worldFull(session.world.account) : refuse(50512);
    } finally {
      // The answer may be a refusal.
      this.sweepSoon();
    }
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
