import type { Json } from '../../core/body.js';
import type { Input, Operation } from '../../core/operation.js';
import type { Difference } from '../model/drift.js';
import { idOf } from '../compare/canonical.js';
import { listOf } from '../model/paths.js';
import { pageQuery } from '../model/step-input.js';
import type { Answer } from '../model/target.js';
import { checkPageMeta, linkOf, metaOf, type PageLink, summaryOf } from './page-meta.js';

/** More pages than any scenario creates: a list with more of them does not end. */
const MAX_PAGES = 60;
/** More pages than are read of a list that contains records of others. */
const MAX_SHARED_PAGES = 20;

/** A whole list, joined from its pages, and what is wrong with its paging. */
export interface PaginatedList {
  readonly answer: Answer;
  /** The body to compare with the other side, if it is not that of the answer. */
  readonly comparable?: Json;
  readonly pages: readonly Answer[];
  readonly differences: readonly Difference[];
  /** The list has more records of others than are read. */
  readonly truncated?: true;
}

type Call = (input: Input) => Promise<Answer>;

/**
 * Follows a list to its last page and back to its first. The joined response has each record once, and the `meta` of
 * the first page. Compared is only what does not depend on the size of the pages, which may differ between two targets.
 * @param options.isOurs given if the list contains records of others: they are ignored, and pages may shift during the run
 */
export async function paginate(
  operation: Operation,
  input: Input,
  call: Call,
  { isOurs }: { readonly isOurs?: ((record: Json) => boolean) | undefined } = {},
): Promise<PaginatedList> {
  const fetchPage = (url: string) => call({ ...withoutPage(input), ...pageQuery(operation, url) });
  const first = await call(input);
  const isShared = isOurs !== undefined;
  const forward = await follow(first, 'next_page_url', fetchPage, isShared);
  const last = forward.pages.at(-1) ?? first;
  if (first.status >= 400) return { answer: last, ...forward };
  const backward = await follow(last, 'previous_page_url', fetchPage, isShared);
  const differences = [...forward.differences, ...backward.differences];
  const allPages = [...forward.pages, ...backward.pages];
  const failedPage = allPages.find((page) => page.status >= 400);
  if (failedPage) return { answer: failedPage, pages: allPages, differences };

  const key = listOf(first.body)?.key ?? 'items';
  const records = forward.pages.flatMap(recordsOf).filter(isOurs ?? (() => true));
  const pagesBack = backward.pages.slice(1);
  differences.push(...checkPageMeta(key, allPages, isShared), ...checkUnique(key, records));
  differences.push(...(await checkMissingLinks(forward.pages, () => call(input))));
  for (const i of forward.pages.slice(1, -1).keys()) {
    differences.push(...(await checkPreviousLink(forward.pages.slice(0, i + 2), fetchPage, isOurs)));
  }
  if (!isShared) {
    const before = forward.pages.slice(0, -1).flatMap(recordsOf);
    differences.push(...checkBackward(key, before, pagesBack.flatMap(recordsOf)));
  }
  if (isShared && !backward.truncated) {
    // Pages may shift, but a record of ours that the way forward shows is on the way back, or on the last page.
    const shown = new Set([last, ...pagesBack].flatMap(recordsOf).map(idOf));
    const lost = records.filter((record) => !shown.has(idOf(record)));
    if (lost.length > 0) {
      differences.push(wayBackDiffers(key, `${records.length} records`, `${lost.length} of them missing`));
    }
  }
  return {
    answer: { ...first, body: { [key]: records, meta: metaOf(first) } },
    comparable: { [key]: records, meta: summaryOf(first) },
    pages: [...forward.pages, ...pagesBack],
    differences,
    ...(forward.truncated && { truncated: forward.truncated }),
  };
}

/** Follows a link from page to page until there is none. */
async function follow(
  first: Answer,
  link: PageLink,
  fetchPage: (url: string) => Promise<Answer>,
  isShared: boolean,
): Promise<Omit<PaginatedList, 'answer'> & { readonly pages: Answer[] }> {
  const pages = [first];
  const seen = new Set<string>();
  const differences: Difference[] = [];
  for (let url = linkOf(first, link); url !== undefined;) {
    if (isShared && pages.length >= MAX_SHARED_PAGES) return { pages, differences, truncated: true };
    if (seen.has(url) || pages.length >= MAX_PAGES) {
      differences.push({
        kind: 'failed-expectation',
        path: `meta.${link}`,
        expected: null,
        actual: url,
        note: 'the pages never end',
      });
      break;
    }
    seen.add(url);
    const page = await fetchPage(url);
    pages.push(page);
    url = linkOf(page, link);
  }
  return { pages, differences };
}

const PAGE_INPUTS = ['Page', 'PageSize', 'PageToken'];

function withoutPage(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !PAGE_INPUTS.includes(name)));
}

function checkUnique(key: string, records: readonly Json[]): Difference[] {
  const ids = records.map(idOf);
  const duplicate = ids.find((id, i) => ids.indexOf(id) !== i);
  if (duplicate === undefined) return [];
  const values = { expected: 'every record once', actual: `${duplicate} twice` };
  return [{ kind: 'failed-expectation', path: key, ...values, note: 'on all pages together' }];
}

/** Going back must show the records of all pages except the last. */
function checkBackward(key: string, forward: readonly Json[], backward: readonly Json[]): Difference[] {
  const [expected, actual] = [forward.map(idOf).sort(), backward.map(idOf).sort()];
  if (expected.join() === actual.join()) return [];
  return [wayBackDiffers(key, `${expected.length} records`, `${actual.length} records, or different ones`)];
}

function wayBackDiffers(key: string, expected: string, actual: string): Difference {
  const note = 'the previous pages must show the same records as the next pages, except for those of the last page';
  return { kind: 'failed-expectation', path: key, expected, actual, note };
}

/** A page after others has a link to the page before, unless others have deleted all records there in the meantime. */
async function checkMissingLinks(pages: readonly Answer[], fetchFirst: () => Promise<Answer>): Promise<Difference[]> {
  const index = pages.findIndex((page, i) => i > 0 && linkOf(page, 'previous_page_url') === undefined);
  const page = pages[index];
  if (page === undefined) return [];
  const before = new Set(pages.slice(0, index).flatMap(recordsOf).map(idOf));
  if (!recordsOf(await fetchFirst()).some((record) => before.has(idOf(record)))) return [];
  const actual = metaOf(page)['previous_page_url'];
  const note = 'a page after others has a link to the page before';
  return [{ kind: 'failed-expectation', path: 'meta.previous_page_url', expected: 'a URL', actual, note }];
}

/**
 * `follow` uses the previous link of the last page only, so the links of the pages between are checked here.
 * @param pages ends with the page whose link is checked
 */
async function checkPreviousLink(
  pages: readonly Answer[],
  fetchPage: (url: string) => Promise<Answer>,
  isOurs: ((record: Json) => boolean) | undefined,
): Promise<Difference[]> {
  const [before, page] = pages.slice(-2);
  const url = page && linkOf(page, 'previous_page_url');
  if (url === undefined || before === undefined) return [];
  const back = await fetchPage(url);
  const [expected = [], actual = []] = [before, back].map((each) => recordsOf(each).map(idOf));
  const earlier = new Set(pages.slice(0, -1).flatMap(recordsOf).map(idOf));
  // If others add records, one of ours may be further back, but none can come from a later page.
  const isRight =
    isOurs === undefined
      ? expected.join(' ') === actual.join(' ')
      : recordsOf(back).every((record) => !isOurs(record) || earlier.has(idOf(record)));
  if (back.status < 400 && isRight) return [];
  const values = { expected: 'the page before', actual: url };
  return [
    { kind: 'failed-expectation', path: 'meta.previous_page_url', ...values, note: 'it leads to a different page' },
  ];
}

function recordsOf(page: Answer): readonly Json[] {
  return listOf(page.body)?.items ?? [];
}
