import { bodyOfText, type Body } from '../../../core/body.js';
import type { Context } from './context.js';
import type { SortedView, Position } from './sorted-list.js';
import { renderedAs, type Rendered } from './render-cache.js';
import { badParameter } from './twilio-error.js';

/** How a list is shown, beside its records. */
export interface ListStyle {
  /** The array's key, also named in `meta.key`. */
  readonly key: string;
  readonly defaultSize: number;
  /** A larger `PageSize` is clamped to it. Inferred: ordinary programs do send larger ones. */
  readonly maximum: number;
  /** Some of Twilio's lists write the array before `meta`. */
  readonly arrayFirst?: boolean;
}

/** How a border record is written into a page token, and where such a text points. */
export interface TokenFormat<R> {
  write(record: R): string;
  /** `undefined`: not a token of this list. */
  read(text: string): Position | undefined;
}

/** Records in the order to be shown, with what a page needs to know of them. */
export interface Listing<R> {
  readonly records: SortedView<R>;
  readonly token: TokenFormat<R>;
  readonly render: (record: R) => Rendered;
  /** The list's own URL without a query, by SIDs. */
  readonly url: string;
}

/**
 * One page. The token alone decides what is shown: `PT…` the records after the named one, `PB…` those before it, so
 * that neither direction shows a record twice or skips one while others come and go. `Page` is an echo, but without a
 * token it skips that many pages (inferred).
 */
export function page<R>(ctx: Context, listing: Listing<R>, style: ListStyle): Body {
  const size = Math.min(wholeFrom(ctx, 'PageSize', 1) ?? style.defaultSize, style.maximum);
  const number = wholeFrom(ctx, 'Page', 0) ?? 0;
  const token = ctx.query('PageToken') ?? '';
  const { records } = listing;

  let start = Math.min(number * size, records.size);
  let end = Math.min(start + size, records.size);
  if (token !== '') {
    const position = /^P[TB]/.test(token) ? listing.token.read(token.slice(2)) : undefined;
    if (position === undefined) throw badParameter('PageToken', 'it is not a token of this list');
    if (token.startsWith('PT')) {
      start = records.countUpTo(position);
      end = Math.min(start + size, records.size);
    } else {
      end = records.countBefore(position);
      start = Math.max(0, end - size);
    }
  }

  const shown = records.slice(start, end - start);
  const url = (pageNumber: number, pageToken: string): string =>
    `${listing.url}?${filters(ctx)}PageSize=${size}&Page=${pageNumber}${pageToken === '' ? '' : `&PageToken=${encodeURIComponent(pageToken)}`}`;
  const last = shown.at(-1);
  const meta = {
    page: number,
    page_size: size,
    first_page_url: url(0, ''),
    previous_page_url: start > 0 ? previousUrl(listing, shown[0], size, number, url) : null,
    url: url(number, token),
    next_page_url: end < records.size && last !== undefined ? url(number + 1, `PT${listing.token.write(last)}`) : null,
    key: style.key,
  };
  const head = `"meta":${JSON.stringify(meta)}`;
  const array = `"${style.key}":[`;
  const [before, after] = style.arrayFirst === true ? [`{${array}`, `],${head}}`] : [`{${head},${array}`, ']}'];
  return joined(renderedAs(before), shown.map(listing.render), renderedAs(after));
}

/** A list's text from those of its records. */
function joined(before: Rendered, records: readonly Rendered[], after: Rendered): Body {
  const parts = [before.text];
  let isAscii = before.isAscii && after.isAscii;
  for (const record of records) {
    if (parts.length > 1) parts.push(',');
    parts.push(record.text);
    isAscii &&= record.isAscii;
  }
  parts.push(after.text);
  return bodyOfText(parts, isAscii);
}

function previousUrl<R>(
  { records, token }: Listing<R>,
  first: R | undefined,
  size: number,
  number: number,
  url: (pageNumber: number, pageToken: string) => string,
): string {
  const previous = Math.max(0, number - 1);
  if (first !== undefined) return url(previous, `PB${token.write(first)}`);
  // Beyond the end there is no border record: the way back leads to the last full page, if need be the only one.
  const border = records.size > size ? records.slice(records.size - size - 1, 1)[0] : undefined;
  return border === undefined ? url(0, '') : url(previous, `PT${token.write(border)}`);
}

/** The operation's own query parameters that were given, in their declared order: Twilio keeps them in every page URL. */
function filters(ctx: Context): string {
  const { query, operation } = ctx.call;
  let text = '';
  for (const { in: place, name } of operation.parameters) {
    if (place !== 'query' || /^Page(Size|Token)?$/.test(name)) continue;
    for (const value of query.get(name) ?? []) text += `${name}=${encodeURIComponent(value)}&`;
  }
  return text;
}

function wholeFrom(ctx: Context, name: string, least: number): number | undefined {
  const text = ctx.query(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw badParameter(name, `a whole number of at least ${least} is expected`);
  }
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

/** The token of lists in the order of creation: the SID of the border record. Inferred from a sibling host. */
export function sidToken<R extends { readonly sid: string }>(
  placeOf: (sid: string) => number | undefined,
): TokenFormat<R> {
  return {
    write: (record) => record.sid,
    read(text) {
      const seq = placeOf(text);
      return seq === undefined ? undefined : { sortKey: 0, seq };
    },
  };
}

/** A token that carries what sorts the record beside its SID. */
export function compoundToken<R extends { readonly sid: string }>(
  placeOf: (sid: string) => number | undefined,
  writeSortKey: (record: R) => string,
  readSortKey: (text: string) => number | string | undefined,
): TokenFormat<R> {
  return {
    write: (record) => `${writeSortKey(record)}_${record.sid}`,
    read(text) {
      const cut = text.lastIndexOf('_');
      const sortKey = readSortKey(text.slice(0, Math.max(0, cut)));
      const seq = placeOf(text.slice(cut + 1));
      return sortKey === undefined || seq === undefined ? undefined : { sortKey, seq };
    },
  };
}
