/** What may be uploaded and sent. */
import type { World } from '../../kernel/world.js';
import { single } from '../../kernel/fields.js';
import { refuse } from '../refusals.js';
import { participants } from '../participant/record.js';
import { media, type MediaPart } from './record.js';

const MEBIBYTE = 1024 * 1024;

/** Of one upload (documentation). */
export const MAX_FILE_BYTES = 150 * MEBIBYTE;

/** Of a message that goes to a phone. The limits are documented; that they refuse the message is inferred. */
const MAX_BYTES_BY_CHANNEL = new Map([
  ['sms', 5 * MEBIBYTE],
  ['whatsapp', 16 * MEBIBYTE],
]);

/** @throws TwilioError if a participant's channel does not carry so many bytes */
export function checkSize(world: World, conversationSid: string, files: readonly MediaPart[]): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size === 0) return;
  const bound = world.records(participants).list('bound', conversationSid);
  for (const { binding } of bound.slice(0, bound.size)) {
    if (size > (MAX_BYTES_BY_CHANNEL.get(binding?.type ?? '') ?? MAX_FILE_BYTES)) throw refuse(50512);
  }
}

/** Of all files in one world: a limit of this program. Twilio has none that is documented. */
const MAX_WORLD_BYTES = 512 * MEBIBYTE;

/** What a record itself costs, so that the number of empty or small files is limited too. */
const BYTES_PER_RECORD = 4096;

const TOKEN = String.raw`[\w!#$%&'*+.^|~\`-]+`;
/** It becomes a header of the download, so it is one line of printable characters. */
const CONTENT_TYPE = new RegExp(`^${TOKEN}/${TOKEN}[ \\t]*(?:;[\\t\\x20-\\x7e]*)?$`);
const MAX_TYPE_LENGTH = 256;

/** A MIME type, perhaps with parameters. */
export const contentType = single((value) => {
  if (value.length > MAX_TYPE_LENGTH || !CONTENT_TYPE.test(value)) throw refuse(50511);
  return value;
});

/** How many bytes a world can still store. */
export function roomIn(world: World): number {
  let used = 0;
  for (const { content, size } of world.records(media).values()) {
    if (content !== undefined) used += size + BYTES_PER_RECORD;
  }
  return MAX_WORLD_BYTES - used - BYTES_PER_RECORD;
}
