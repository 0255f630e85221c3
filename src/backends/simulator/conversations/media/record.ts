/** Files that messages contain: their records. The bytes are stored beside the world, by the key in `content`. */
import type { Json } from '../../../../core/body.js';
import { defineTable, type RecordBase } from '../../kernel/collection.js';
import { type Checks, isCount, isText, optional, orNull, partOf } from '../../kernel/record-fields.js';
import type { Due } from '../../kernel/timeline.js';
import { isSid } from '../../kernel/sid.js';
import type { World } from '../../kernel/world.js';
import { refuse } from '../refusals.js';
import { byService, inService } from '../service/record.js';

export interface MediaPart {
  readonly sid: string;
  readonly size: number;
  readonly contentType: string;
  readonly filename: string | null;
}

const mediaChecks: Checks<MediaPart> = {
  sid: isText,
  size: isCount,
  contentType: isText,
  filename: orNull(isText),
};
export const isMediaPart = partOf(mediaChecks);

/** A record of an earlier version has none of the optional fields. */
export interface MediaRecord extends RecordBase, MediaPart {
  readonly serviceSid: string;
  readonly messageSid: string | null;
  /** The conversation of the message. */
  readonly conversationSid?: string | null;
  readonly author?: string;
  readonly category?: string;
  /** The key of the stored bytes; absent if a seed declares a file without bytes. */
  readonly content?: string;
  /** An upload that no message takes is deleted then. */
  readonly unusedAt?: number | null;
}

export const media = defineTable<MediaRecord>()({
  name: 'media',
  prefix: 'ME',
  parent: inService,
  fields: {
    ...mediaChecks,
    serviceSid: isText,
    messageSid: orNull(isText),
    conversationSid: optional(orNull(isText)),
    author: optional(isText),
    category: optional(isText),
    content: optional(isText),
    unusedAt: optional(orNull(isCount)),
  },
  // A message is deleted with its files (documentation).
  alsoDeletedWith: { table: 'messages', order: 'message' },
  unique: {},
  orders: {
    service: byService,
    message: { group: (r) => r.messageSid ?? undefined },
    unused: { group: (r) => (typeof r.unusedAt === 'number' ? '' : undefined), sortKey: (r) => r.unusedAt ?? 0 },
  },
});

/** Uploads that no message takes for this time are dropped (documentation). In milliseconds. */
export const UNUSED_MS = 5 * 60_000;

/** The next upload to drop. */
export function nextUnused(world: World): Due | undefined {
  const all = world.records(media);
  const [record] = all.size === 0 ? [] : all.list('unused', '').slice(0, 1);
  const at = record?.unusedAt ?? undefined;
  return record === undefined || at === undefined ? undefined : { at, run: () => world.remove(media, record) };
}

/** The files for a new message. An empty SID names none. */
export const findAllMedia = (
  world: World,
  serviceSid: string,
  sids: readonly (string | undefined)[],
): readonly MediaPart[] => sids.flatMap((sid) => findMedia(world, serviceSid, sid) ?? []);

/** The file for a new message. A file belongs to one message; one of another service is not found (dictionary). */
function findMedia(world: World, serviceSid: string, sid: string | undefined): MediaPart | null {
  if (sid === undefined || sid === '') return null;
  if (!isSid(sid, 'ME')) throw refuse(50510);
  const found = world.records(media).get(sid);
  if (found?.serviceSid !== serviceSid) throw refuse(50507);
  if (found.messageSid !== null) throw refuse(50508);
  return { sid, size: found.size, contentType: found.contentType, filename: found.filename };
}

/** Gives files to a new message. */
export function attachMedia(
  world: World,
  message: { readonly sid: string; readonly conversationSid: string },
  files: readonly MediaPart[],
): void {
  const { sid: messageSid, conversationSid } = message;
  for (const { sid } of files) {
    const record = world.records(media).get(sid);
    const changes = { messageSid, conversationSid, unusedAt: null, dateUpdated: world.now() };
    if (record !== undefined) world.update(media, record, changes);
  }
}

/** Deletes files that no message took, before their time is up. */
export function discardUnused(world: World, sids: readonly string[]): void {
  for (const sid of sids) {
    const record = world.records(media).get(sid);
    if (record?.messageSid === null) world.remove(media, record);
  }
}

/** As in a message. */
export const renderMedia = ({ sid, size, contentType, filename }: MediaPart): Json => ({
  sid,
  size,
  content_type: contentType,
  filename,
});
