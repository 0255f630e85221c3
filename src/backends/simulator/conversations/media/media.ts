/**
 * Uploaded files. Their host has no published description; its answers are recorded. Nothing documents a delete: a file goes
 * with its message, or when no message takes it.
 */
import type { JsonObject } from '../../../../core/body.js';
import type { UploadParts } from '../../../../core/file-body.js';
import { LINK_URI, MEDIA_URI } from '../../../../core/media.js';
import type { Form } from '../../../../core/operation.js';
import type { Context, View } from '../../kernel/context.js';
import { anyText, oneOf, readFields, text, wholeNumber } from '../../kernel/fields.js';
import { created, okValue, type Reply } from '../../kernel/handler.js';
import type { Resource } from '../../kernel/product.js';
import type { AnyTable } from '../../kernel/schema.js';
import { badParameter, invalidRequest } from '../../kernel/twilio-error.js';
import { refusal } from '../refusals.js';
import { serviceOf } from '../service/record.js';
import { checkLink, temporaryLink } from './link.js';
import { contentType } from './limits.js';
import { media, nextUnused, UNUSED_MS, type MediaRecord } from './record.js';

const noun = 'Media';

const name = text({ max: 256 });

/** The record of a stored file, as a form. */
const form = {
  Content: anyText,
  Size: wholeNumber,
  ContentType: contentType,
  Filename: name,
  Author: text({ max: 256, tooLong: refusal(50310) }),
};

/** Completes an upload whose bytes are stored under `key`. */
export function uploadForm(key: string, size: number, { contentType: type, filename, author }: UploadParts): Form {
  const fields = { Content: key, Size: String(size), ContentType: type, Filename: filename, Author: author };
  return new Map(Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [[field, [value]]])));
}

const category = oneOf(['media', 'body', 'history'], () =>
  badParameter('Category', 'media, body or history is expected'),
);

function create(ctx: Context): Reply {
  const service = serviceOf(ctx);
  const { Content: content, Size: size = 0, ...sent } = readFields(form, ctx.call.form);
  // Inferred.
  if (content === undefined || size === 0) throw invalidRequest('The request has no file, or an empty one');
  const now = ctx.world.now();
  const record = ctx.world.create(media, {
    serviceSid: service.sid,
    size,
    contentType: sent.ContentType ?? 'application/octet-stream',
    filename: nameOf(ctx) ?? sent.Filename ?? null,
    author: ctx.writeOrigin.clientIdentity ?? sent.Author ?? 'system',
    category: category.read([ctx.query('Category') ?? 'media'], 'Category'),
    messageSid: null,
    conversationSid: null,
    content,
    unusedAt: now + UNUSED_MS,
  });
  return created(render(record, ctx));
}

/** In the query of raw uploads. */
function nameOf(ctx: Context): string | undefined {
  const sent = ctx.query('Filename');
  return sent === undefined || sent === '' ? undefined : name.read([sent], 'Filename');
}

function find(ctx: Context): MediaRecord {
  const service = serviceOf(ctx);
  const found = ctx.world.records(media).get(ctx.path('Sid'));
  return ctx.orNotFound(found?.serviceSid === service.sid ? found : undefined);
}

/** A file from a seed may have no bytes. */
function send(record: MediaRecord, ctx: Context): Reply {
  const { content: key, contentType: type } = record;
  return { status: 200, body: null, file: { key: ctx.orNotFound(key), contentType: type } };
}

/** Links and dates have another form than everywhere else: relative, and with six decimals and an offset (recorded). */
function render(record: MediaRecord, view: View, links: JsonObject = {}): JsonObject {
  const url = view.links.path('fetch', noun, 'service', record);
  return {
    sid: record.sid,
    service_sid: record.serviceSid,
    date_created: date(record.dateCreated),
    date_upload_updated: date(record.dateCreated),
    date_updated: date(record.dateUpdated),
    links: { content: `${url}/Content`, ...links },
    size: record.size,
    content_type: record.contentType,
    filename: record.filename,
    author: record.author ?? 'system',
    category: record.category ?? 'media',
    message_sid: record.messageSid,
    channel_sid: record.conversationSid ?? null,
    url,
    is_multipart_upstream: false,
  };
}

/** The recorded offset is that of the server's place; zero is inferred. */
const date = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000+00:00');

/** Records with bytes have a temporary link when they are fetched, but not in the answer to the upload (recorded). */
export const mediaResource: Resource = {
  noun,
  baseUri: MEDIA_URI,
  scopes: ['service'],
  table: media as unknown as AnyTable,
  nextDue: nextUnused,
  handlers: {
    create,
    fetch(ctx) {
      const record = find(ctx);
      const link = record.content === undefined ? {} : { content_direct_temporary: temporaryLink(ctx, record.sid) };
      return okValue(render(record, ctx, link));
    },
  },
};

export const mediaContent: Resource = {
  noun: 'Media/Content',
  baseUri: MEDIA_URI,
  scopes: ['service'],
  handlers: { fetch: (ctx) => send(find(ctx), ctx) },
};

export const mediaLink: Resource = {
  noun: 'MediaLinks',
  baseUri: LINK_URI,
  scopes: ['service'],
  handlers: {
    fetch(ctx) {
      checkLink(ctx);
      return send(ctx.orNotFound(ctx.world.records(media).get(ctx.path('Sid'))), ctx);
    },
  },
};
