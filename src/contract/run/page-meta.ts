/** The `meta` of pages: what must hold for every page, whatever the size of the pages. */
import type { Json, JsonObject } from '../../core/body.js';
import type { Difference } from '../model/drift.js';
import { isObject, listOf, textOf } from '../model/paths.js';
import type { Answer } from '../model/target.js';

export type PageLink = 'next_page_url' | 'previous_page_url';

const URLS = ['first_page_url', 'previous_page_url', 'url', 'next_page_url'] as const;

export function metaOf(page: Answer): JsonObject {
  const meta = isObject(page.body) ? page.body['meta'] : undefined;
  return isObject(meta) ? meta : {};
}

export function linkOf(page: Answer, name: PageLink): string | undefined {
  const url = metaOf(page)[name];
  return typeof url === 'string' && URL.canParse(url) ? url : undefined;
}

/** The part of a page's `meta` that does not depend on the size of the pages: the URL of the list and the key. */
export function summaryOf(page: Answer): JsonObject {
  const { url = null, key = null } = metaOf(page);
  return { url: typeof url === 'string' ? listUrl(url) : url, key };
}

/**
 * Checks the `meta` of all pages of one list.
 * @param isShared others can add records during the run, also before the page that was the first one
 */
export function checkPageMeta(key: string, pages: readonly Answer[], isShared: boolean): Difference[] {
  const [first] = pages;
  if (first === undefined) return [];
  const list = summaryOf(first)['url'] ?? null;
  const size = metaOf(first)['page_size'] ?? null;
  return pages.flatMap((page): Difference[] => {
    const meta = metaOf(page);
    const found: Difference[] = [];
    const check = (name: string, expected: Json, passed: boolean, note: string) => {
      if (passed) return;
      found.push({ kind: 'failed-expectation', path: `meta.${name}`, expected, actual: meta[name], note });
    };
    const number = textOf(meta['page']);
    const own = queryOf(meta['url']);
    const records = listOf(page.body)?.items.length ?? 0;
    check('key', key, meta['key'] === key, 'the key of the records');
    check('page_size', size, meta['page_size'] === size, 'the same on all pages');
    check('page_size', records, Number(meta['page_size']) >= records, 'at least the number of records');
    check('page_size', own.get('PageSize') ?? null, own.get('PageSize') === textOf(meta['page_size']), 'as in the URL');
    check('page', own.get('Page') ?? null, own.get('Page') === number, 'as in the URL');
    if (page === first || (number === '0' && !isShared)) {
      check('previous_page_url', null, meta['previous_page_url'] === null, 'the first page has none');
    }
    const start = queryOf(meta['first_page_url']);
    check('first_page_url', 'Page=0', start.get('Page') === '0' && !start.has('PageToken'), 'leads to the first page');
    if (records === 0) check('next_page_url', null, meta['next_page_url'] === null, 'an empty page is the last one');
    for (const name of URLS) {
      const url = meta[name] ?? null;
      const isOptional = name === 'previous_page_url' || name === 'next_page_url';
      if (url === null && isOptional) continue;
      const actual = typeof url === 'string' ? listUrl(url) : url;
      check(name, list, actual === list, 'all pages have the URL of the list');
    }
    return found;
  });
}

/** A page URL without what selects the page. */
function listUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname, searchParams } = new URL(url);
  for (const name of ['PageSize', 'Page', 'PageToken']) searchParams.delete(name);
  return `${origin}${pathname}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`;
}

function queryOf(url: Json | undefined): URLSearchParams {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
}
