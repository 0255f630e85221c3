import type { Input, Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import type { Difference } from '../model/drift.js';
import { isObject, listOf } from '../model/paths.js';
import type { Answer } from '../model/target.js';

/** More pages than any scenario makes: a list that goes on for longer does not end. */
const MOST_PAGES = 60;

/** A whole list, joined from its pages, and what its turning of pages gets wrong. */
export interface Walked {
  readonly answer: Answer;
  readonly pages: readonly Answer[];
  readonly differences: readonly Difference[];
}

type Call = (input: Input) => Promise<Answer>;

/**
 * Follows a list to its end and back. The joined answer has every record once, the first page's `meta`, and of every page
 * its `meta` and its number of records.
 */
export async function walkPages(
  operation: Operation,
  input: Input,
  call: Call,
  options: { ours: boolean },
): Promise<Walked> {
  const there = await turn(operation, input, await call(input), 'next_page_url', call);
  const last = there.pages.at(-1);
  const first = there.pages[0];
  if (first === undefined || last === undefined || first.status >= 400) {
    return { answer: last ?? { status: 0, body: null }, pages: there.pages, differences: there.differences };
  }
  const back = await turn(operation, input, last, 'previous_page_url', call);
  const differences = [...there.differences, ...back.differences];
  const broken = [...there.pages, ...back.pages].find((page) => page.status >= 400);
  if (broken) return { answer: broken, pages: [...there.pages, ...back.pages], differences };

  const key = listOf(first.body)?.key ?? 'items';
  const records = there.pages.flatMap(itemsOf);
  const turned = back.pages.slice(1);
  differences.push(...checkOnce(key, records));
  for (const [i, page] of there.pages.slice(1, -1).entries()) {
    differences.push(...(await checkTurnBack(operation, input, page, there.pages[i], call)));
  }
  // With other people's records in between, pages may shift while they are turned.
  if (!options.ours)
    differences.push(...checkWayBack(key, there.pages.slice(0, -1).flatMap(itemsOf), turned.flatMap(itemsOf)));
  const metas = (pages: readonly Answer[]): Json =>
    pages.map((page) => ({ records: itemsOf(page).length, meta: metaOf(page) }));
  const body = {
    [key]: records,
    meta: options.ours ? null : metaOf(first),
    ...(options.ours ? {} : { forward: metas(there.pages), back: metas(turned) }),
  };
  return {
    answer: { ...first, body: { ...body, meta: body.meta ?? {} } },
    pages: [...there.pages, ...turned],
    differences,
  };
}

async function turn(operation: Operation, input: Input, first: Answer, link: string, call: Call) {
  const pages = [first];
  const seen = new Set<string>();
  const differences: Difference[] = [];
  for (let url = linkOf(first, link); url !== undefined;) {
    if (seen.has(url) || pages.length >= MOST_PAGES) {
      differences.push({
        kind: 'promise',
        path: `meta.${link}`,
        expected: null,
        actual: url,
        note: 'the pages never end',
      });
      break;
    }
    seen.add(url);
    const page = await call({ ...withoutPage(input), ...queryOf(operation, url) });
    pages.push(page);
    url = linkOf(page, link);
  }
  return { pages, differences };
}

/** The query of a page URL as inputs of its operation. */
export function queryOf(operation: Operation, url: string): Input {
  const query = new URL(url).searchParams;
  const names = operation.parameters
    .filter((each) => each.in === 'query' && query.has(each.name))
    .map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => {
      const texts = query.getAll(name);
      return [name, texts.length === 1 ? texts[0] : texts];
    }),
  );
}

function withoutPage(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !/^Page(?:Size|Token)?$/.test(name)));
}

function checkOnce(key: string, records: readonly Json[]): Difference[] {
  const ids = records.map(idOf);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return [];
  return [
    { kind: 'promise', path: key, expected: 'every record once', actual: `${twice} twice`, note: 'over all pages' },
  ];
}

function checkWayBack(key: string, forward: readonly Json[], back: readonly Json[]): Difference[] {
  const [there, again] = [forward.map(idOf).sort(), back.map(idOf).sort()];
  if (there.join() === again.join()) return [];
  const note = 'the way back shows what the way there did, but for the last page';
  return [
    {
      kind: 'promise',
      path: key,
      expected: `${there.length} records`,
      actual: `${again.length} records, or others`,
      note,
    },
  ];
}

/** The last page's link is followed by the way back; those of the pages between must lead back as well. */
async function checkTurnBack(
  operation: Operation,
  input: Input,
  page: Answer,
  before: Answer | undefined,
  call: Call,
): Promise<Difference[]> {
  const path = 'meta.previous_page_url';
  const url = linkOf(page, 'previous_page_url');
  if (url === undefined || before === undefined) return [];
  const back = await call({ ...withoutPage(input), ...queryOf(operation, url) });
  const [expected, actual] = [before, back].map((each) => itemsOf(each).map(idOf).join(' '));
  if (back.status < 400 && expected === actual) return [];
  return [{ kind: 'promise', path, expected: 'the page before', actual: url, note: 'it leads elsewhere' }];
}

function itemsOf(page: Answer): readonly Json[] {
  return listOf(page.body)?.items ?? [];
}

function idOf(item: Json): string {
  const id = isObject(item) ? (item['sid'] ?? item['url'] ?? item['links']) : item;
  return typeof id === 'string' ? id : JSON.stringify(id);
}

function metaOf(page: Answer): Json {
  return (isObject(page.body) ? page.body['meta'] : undefined) ?? null;
}

function linkOf(page: Answer, name: string): string | undefined {
  const meta = metaOf(page);
  const url = isObject(meta) ? meta[name] : undefined;
  return typeof url === 'string' && URL.canParse(url) ? url : undefined;
}
