import { bodyOfParts, isAsciiText, type Body } from '../../../core/body.js';
import type { Operation } from '../../../core/operation.js';
import { jsonText } from '../../../util/json-text.js';
import type { RecordBase, Table } from './collection.js';
import type { Context } from './context.js';
import type { Position, SortedView } from './sorted-list.js';
import { badParameter } from './twilio-error.js';
import type { World } from './world.js';

/** The form of a list, apart from its records. */
export interface ListStyle {
  /** The key of the array, also the value of `meta.key`. */
  readonly key: string;
  readonly defaultSize: number;
  /** A larger `PageSize` is reduced to it. Inferred: programs in use send larger ones. */
  readonly maximum: number;
  /** Some of Twilio's lists have the array before `meta`. */
  readonly arrayFirst?: boolean;
}

/** Writes the first or last record of a page as a page token, and reads tokens back. */
export interface TokenFormat<R> {
  write(record: R): string;
  /** `undefined`: not a token of this list. */
  read(text: string): Position | undefined;
}

/** The records of a list in order, with what a page needs to know about them. */
export interface Listing<R> {
  readonly records: SortedView<R>;
  readonly token: TokenFormat<R>;
  /** The texts of records, with commas between them. */
  readonly render: (records: readonly R[]) => Body;
  /** The URL of the list without a query. */
  readonly url: string;
}

/** What the tokens of previous pages begin with. They begin with `PT` on a sibling of Twilio's host; the rest is inferred. */
const BEFORE = 'PTbefore_';

/** The direction of a page token, and the record that it names. */
const TOKEN = /^(?:PTbefore_|PB)(?<first>.*)$|^PT(?<last>.*)$/s;

/**
 * Renders one page. The token alone determines the records: `PT…` those after the named record, `PTbefore_…` those before
 * it (also `PB…`, as on older hosts of Twilio). So neither direction repeats or skips a record while others are created and deleted. `Page` is only echoed; without a
 * token it skips that many pages (inferred).
 */
export function page<R>(ctx: Context, listing: Listing<R>, style: ListStyle): Body {
  const size = Math.min(wholeNumber(ctx, 'PageSize', 1) ?? style.defaultSize, style.maximum);
  const number = wholeNumber(ctx, 'Page', 0) ?? 0;
  const token = ctx.query('PageToken') ?? '';
  const { records } = listing;

  let start = Math.min(number * size, records.size);
  let end = Math.min(start + size, records.size);
  if (token !== '') {
    const { first, last } = TOKEN.exec(token)?.groups ?? {};
    const named = first ?? last;
    const position = named === undefined ? undefined : listing.token.read(named);
    if (position === undefined) throw badParameter('PageToken', 'it is not a token of this list');
    if (first === undefined) {
      start = records.countUpTo(position);
      end = Math.min(start + size, records.size);
    } else {
      end = records.countBefore(position);
      start = Math.max(0, end - size);
    }
  }

  const shown = records.slice(start, end - start);
  const beginning = `${listing.url}?${filters(ctx)}PageSize=${size}&Page=`;
  const hasNext = end < records.size && shown.length > 0;
  const place: Place = { beginning, number, token, hasPrevious: start > 0, hasNext };
  const url = (pageNumber: number, pageToken: string): string =>
    `${beginning}${pageNumber}${pageToken === '' ? '' : `&PageToken=${encodeURIComponent(pageToken)}`}`;
  return keptPage(listing.render(shown), place, (texts) => {
    const last = shown.at(-1);
    const meta = {
      page: number,
      page_size: size,
      first_page_url: url(0, ''),
      previous_page_url: place.hasPrevious ? previousUrl(listing, shown[0], size, number, url) : null,
      url: url(number, token),
      next_page_url: hasNext && last !== undefined ? url(number + 1, `PT${listing.token.write(last)}`) : null,
      key: style.key,
    };
    const head = `"meta":${jsonText(meta)}`;
    const array = `"${style.key}":[`;
    return style.arrayFirst === true
      ? bodyOfEnds(`{${array}`, texts, `],${head}}`)
      : bodyOfEnds(`{${head},${array}`, texts, ']}');
  });
}

/** What a page depends on besides its records. */
interface Place {
  readonly beginning: string;
  readonly number: number;
  readonly token: string;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

/** The latest page of each text of records. */
const pages = new WeakMap<Body, { readonly place: Place; readonly page: Body }>();
/** In characters. Shorter pages are made again sooner than they are looked up. */
const MIN_KEPT = 4096;

/** The same body as last time if nothing has changed, so that others need not look at its contents again. */
function keptPage(texts: Body, place: Place, make: (texts: Body) => Body): Body {
  if (texts.length < MIN_KEPT) return make(texts);
  const last = pages.get(texts);
  if (last !== undefined && isSamePlace(last.place, place)) return last.page;
  const made = make(texts);
  pages.set(texts, { place, page: made });
  return made;
}

function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.number === other.number &&
    one.token === other.token &&
    one.hasPrevious === other.hasPrevious &&
    one.hasNext === other.hasNext &&
    one.beginning === other.beginning
  );
}

function bodyOfEnds(before: string, texts: Body, after: string): Body {
  const length = before.length + texts.length + after.length;
  const isPageAscii = texts.isAscii === true && isAsciiText(before) && isAsciiText(after);
  return bodyOfParts([before, texts.text, after], length, isPageAscii);
}

function previousUrl<R>(
  { records, token }: Listing<R>,
  first: R | undefined,
  size: number,
  number: number,
  url: (pageNumber: number, pageToken: string) => string,
): string {
  const previous = Math.max(0, number - 1);
  if (first !== undefined) return url(previous, `${BEFORE}${token.write(first)}`);
  // A page beyond the end has no first record: the previous page is then the last full one, or the only one.
  const border = records.size > size ? records.slice(records.size - size - 1, 1)[0] : undefined;
  return border === undefined ? url(0, '') : url(previous, `PT${token.write(border)}`);
}

/** The given query parameters apart from paging, in declared order: Twilio repeats them in every page URL. */
function filters({ call: { query, operation } }: Context): string {
  let text = '';
  for (const name of filterNames(operation)) {
    for (const value of query.get(name) ?? []) text += `${name}=${encodeURIComponent(value)}&`;
  }
  return text;
}

const namesOf = new WeakMap<Operation, readonly string[]>();

function filterNames(operation: Operation): readonly string[] {
  const known = namesOf.get(operation);
  if (known !== undefined) return known;
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const names = inQuery.filter((name) => !/^Page(Size|Token)?$/.test(name));
  namesOf.set(operation, names);
  return names;
}

function wholeNumber(ctx: Context, name: string, minimum: number): number | undefined {
  const text = ctx.query(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < minimum) {
    throw badParameter(name, `a whole number of at least ${minimum} is expected`);
  }
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

/** The token of a list in order of creation: the SID of the border record. Inferred from a sibling product. */
export function sidToken<R extends RecordBase, U extends string, O extends string>(
  world: World,
  table: Table<R, U, O>,
): TokenFormat<R> {
  return {
    write: (record) => record.sid,
    read(text) {
      const seq = world.sequenceOf(table, text);
      return seq === undefined ? undefined : { sortKey: 0, seq };
    },
  };
}

/** A token that contains the record's sort key and its SID. */
export function compoundToken<R extends RecordBase, U extends string, O extends string>(
  world: World,
  table: Table<R, U, O>,
  writeSortKey: (record: R) => string,
  readSortKey: (text: string) => number | string | undefined,
): TokenFormat<R> {
  return {
    write: (record) => `${writeSortKey(record)}_${record.sid}`,
    read(text) {
      const end = text.lastIndexOf('_');
      const sortKey = readSortKey(text.slice(0, Math.max(0, end)));
      const seq = world.sequenceOf(table, text.slice(end + 1));
      return sortKey === undefined || seq === undefined ? undefined : { sortKey, seq };
    },
  };
}
