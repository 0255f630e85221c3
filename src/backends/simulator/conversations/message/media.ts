/** Files that messages contain. Twilio accepts uploads on another host; here they come from seeds. */
import type { Json } from '../../../../core/body.js';
import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Resource } from '../../kernel/product.js';
import type { AnyTable } from '../../kernel/schema.js';
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

export interface MediaRecord extends RecordBase {
  readonly serviceSid: string;
  readonly size: number;
  readonly contentType: string;
  readonly filename: string | null;
  readonly messageSid: string | null;
}

export const media = defineTable<MediaRecord>()({
  name: 'media',
  prefix: 'ME',
  parent: inService,
  unique: {},
  orders: { service: byService },
});

/** The API has no operations on media. */
export const mediaResource: Resource = {
  noun: 'Media',
  scopes: [],
  handlers: {},
  table: media as unknown as AnyTable,
};

/** The file for a new message. A file belongs to one message; one of another service is not found (dictionary). */
export function findMedia(world: World, serviceSid: string, sid: string | undefined): MediaPart | null {
  if (sid === undefined || sid === '') return null;
  if (!isSid(sid, 'ME')) throw refuse(50510);
  const found = world.records(media).get(sid);
  if (found?.serviceSid !== serviceSid) throw refuse(50507);
  if (found.messageSid !== null) throw refuse(50508);
  return { sid, size: found.size, contentType: found.contentType, filename: found.filename };
}

export function attachMedia(world: World, messageSid: string, files: readonly MediaPart[]): void {
  for (const { sid } of files) {
    const record = world.records(media).get(sid);
    if (record !== undefined) world.update(media, record, { messageSid });
  }
}

export const renderMedia = ({ sid, size, contentType, filename }: MediaPart): Json => ({
  sid,
  size,
  content_type: contentType,
  filename,
});
