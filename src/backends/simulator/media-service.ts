/** Connects the records of media, which are in worlds, with their bytes, which are in a store beside them. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UnderstudyError } from '../../core/errors.js';
import { Upload } from '../../core/file-body.js';
import { mapMaybe, type MaybePromise } from '../../core/maybe-promise.js';
import type { Call, Result } from '../../core/operation.js';
import { MAX_FILE_BYTES, roomIn } from './conversations/media/limits.js';
import type { SentFile } from './controls/inbound.js';
import type { BindVerb } from './conversations/bind.js';
import { mediaResource, uploadForm } from './conversations/media/media.js';
import { discardUnused, media as table } from './conversations/media/record.js';
import { refuse } from './conversations/refusals.js';
import type { StoredFile } from './kernel/handler.js';
import { notFound, TwilioError } from './kernel/twilio-error.js';
import type { WorldSession } from './kernel/world-session.js';
import type { Snapshots } from './kernel/snapshots.js';
import type { World } from './kernel/world.js';
import { TooManyBytes, type MediaStore } from './storage/media-store.js';

/** How long bytes may remain after their last record is gone, in milliseconds. */
const SWEEP_DELAY_MS = 1000;

export interface ExportedFiles {
  readonly media?: Readonly<Record<string, string>>;
  readonly media_left_out?: readonly string[];
}

export interface MediaServiceOptions {
  readonly store: MediaStore;
  readonly sessions: () => readonly WorldSession[];
  readonly snapshots: Pick<Snapshots, 'all'>;
  readonly bind: BindVerb;
  /** Answers a call that has no upload. */
  readonly answer: (session: WorldSession, call: Call) => MaybePromise<Result>;
}

/** The bytes of all files in one export, before they are encoded. */
const MAX_EXPORT_BYTES = 16 * 1024 * 1024;

export class MediaService {
  #timer: NodeJS.Timeout | undefined;
  /** Files that arrive before their records must not be removed. */
  #imports = 0;

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

  /**
   * Uploads files that arrived as JSON, in order, and returns their SIDs.
   * @throws TwilioError if an upload is refused; none of the files is kept then
   */
  async storeFiles(session: WorldSession, serviceSid: string, files: readonly SentFile[]): Promise<readonly string[]> {
    const sids: string[] = [];
    try {
      // oxlint-disable-next-line no-await-in-loop -- the SIDs have the order of the files
      for (const file of files) sids.push(await this.#storeFile(session, serviceSid, file));
    } catch (error) {
      discardUnused(session.world, sids);
      throw error;
    }
    return sids;
  }

  async #storeFile(session: WorldSession, serviceSid: string, file: SentFile): Promise<string> {
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
  send({ key, contentType }: StoredFile, { operation, path }: Call): MaybePromise<Result> {
    return mapMaybe(this.options.store.find(key), (content) => {
      if (content === undefined)
        throw notFound(operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => path.get(name) ?? ''));
      return { status: 200, headers: { 'content-type': contentType }, body: null, content };
    });
  }

  /** The files of a world in base64, by key, as far as they fit into an export, and the SIDs of the others. */
  async exportFiles(world: World): Promise<ExportedFiles> {
    const media: Record<string, string> = {};
    const leftOut: string[] = [];
    let size = 0;
    for (const { sid, content } of world.records(table).values()) {
      if (content === undefined || media[content] !== undefined) continue;
      // oxlint-disable-next-line no-await-in-loop -- one file in memory at a time
      const file = await this.options.store.find(content);
      if (file === undefined || size + file.size > MAX_EXPORT_BYTES) leftOut.push(sid);
      else {
        size += file.size;
        // oxlint-disable-next-line no-await-in-loop -- one file in memory at a time
        media[content] = (await buffer(file.open())).toString('base64');
      }
    }
    return { ...(size === 0 ? {} : { media }), ...(leftOut.length === 0 ? {} : { media_left_out: leftOut }) };
  }

  /**
   * Stores exported files. `restore` then creates the records that name them.
   * @throws UnderstudyError if a file is not what its key says
   */
  async importFiles<T>(files: Readonly<Record<string, string>>, restore: () => T): Promise<T> {
    this.#imports += 1;
    try {
      await storeExported(this.options.store, files);
      return restore();
    } finally {
      this.#imports -= 1;
      this.sweepSoon();
    }
  }

  /** Warnings for the log at start-up: media records whose files are missing. */
  problems(): readonly string[] {
    const { store, sessions } = this.options;
    return sessions().flatMap(({ world }) => {
      const lost = [...world.records(table).values()].filter(
        ({ content }) => content !== undefined && store.find(content) === undefined,
      );
      if (lost.length === 0) return [];
      return `The bytes of ${lost.length} media of ${world.account} are missing. Keep the folder FILE.media with the data file.`;
    });
  }

  /** Removes bytes that no record names. Records disappear in many ways, so the rest is found by looking at all of them. */
  sweep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { store, sessions, snapshots } = this.options;
    if (store.isEmpty) return;
    if (this.#imports > 0) return this.sweepSoon();
    const byAccount = new Map<string, Set<string>>();
    const add = (account: string, records: Iterable<unknown>): void => {
      const keys = byAccount.get(account) ?? new Set();
      byAccount.set(account, keys);
      for (const record of records) {
        const { content } = record as { content?: string };
        if (content !== undefined) keys.add(content);
      }
    };
    for (const { world } of sessions()) add(world.account, world.records(table).values());
    for (const { account, records } of snapshots.all()) add(account, records[table.name] ?? []);
    store.retain(new Set([...byAccount.values()].flatMap((keys) => [...keys])), byAccount);
  }

  sweepSoon(): void {
    if (!this.options.store.isEmpty) this.#timer ??= setTimeout(() => this.sweep(), SWEEP_DELAY_MS).unref();
  }

  async close(): Promise<void> {
    this.sweep();
    await this.options.store.close();
  }
}

/** Stores the files of an export. @throws UnderstudyError if a file is not what its key says */
export async function storeExported(store: MediaStore, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, base64] of Object.entries(files)) {
    const bytes = Readable.from([Buffer.from(base64, 'base64')]);
    // oxlint-disable-next-line no-await-in-loop -- one file in memory at a time
    const stored = await store.write(bytes, MAX_FILE_BYTES, (each) => each.key);
    if (stored !== key) throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `The media ${key} are damaged.`);
  }
}

function worldFull(account: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_MEDIA_FULL',
    `The media of ${account} have the most bytes that a world can have. Delete messages with media, or reset the world.`,
  );
}
