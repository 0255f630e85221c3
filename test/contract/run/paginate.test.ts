import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import { paginate } from '../../../src/contract/run/paginate.js';
import { published } from '../helpers.js';

const found = findOperation('list Roles', published.operations);
if (found === undefined) throw new Error('the capability file does not list roles');
const operation = found;

type Page = readonly string[];
const urlOf = (page: number, size = 1) => `https://example.com/Roles?Type=x&PageSize=${size}&Page=${page}`;

/** A list of three pages. A test can replace the records of a page or values of its `meta`. */
async function paginateList(
  changes: { records?: Readonly<Record<number, Page>>; meta?: Readonly<Record<number, object>> } = {},
  ours = false,
) {
  const calls: unknown[] = [];
  const result = await paginate(
    operation,
    { ChatServiceSid: 'IS1', PageSize: 1 },
    (input) => {
      calls.push(input['Page'] ?? 'first');
      const page = Number(input['Page'] ?? 0);
      const sids = changes.records?.[page] ?? [`RL${page}`];
      const meta = {
        page,
        page_size: 1,
        key: 'roles',
        url: urlOf(page),
        first_page_url: urlOf(0),
        next_page_url: page < 2 ? urlOf(page + 1) : null,
        previous_page_url: page > 0 ? urlOf(page - 1) : null,
        ...changes.meta?.[page],
      };
      return Promise.resolve({ status: 200, body: { meta, roles: sids.map((sid) => ({ sid })) } });
    },
    ours ? { isOurs: (record) => (record as { sid: string }).sid !== 'RL1' } : {},
  );
  return { ...result, calls, problems: result.differences.map(({ path, note }) => `${path}: ${note}`) };
}

describe('paging through a list', () => {
  it('returns every record once, and compares nothing that depends on the size of the pages', async () => {
    const { answer, comparable, problems, calls } = await paginateList();
    expect(problems).toEqual([]);
    expect(calls).toEqual(['first', '1', '2', '1', '0', '0']);
    expect(answer.body).toMatchObject({
      roles: [{ sid: 'RL0' }, { sid: 'RL1' }, { sid: 'RL2' }],
      meta: { page: 0, page_size: 1 },
    });
    expect(comparable).toEqual({
      roles: [{ sid: 'RL0' }, { sid: 'RL1' }, { sid: 'RL2' }],
      meta: { key: 'roles', url: 'https://example.com/Roles?Type=x' },
    });
  });

  it('ignores the records of others', async () => {
    const { answer } = await paginateList({}, true);
    expect(answer.body).toMatchObject({ roles: [{ sid: 'RL0' }, { sid: 'RL2' }] });
  });

  it.each<[string, object, string]>([
    ['another key', { key: 'users' }, 'meta.key: the key of the records'],
    ['another page size than on the first page', { page_size: 2 }, 'meta.page_size: the same on all pages'],
    ['a page size that its URL does not have', { page_size: 2 }, 'meta.page_size: as in the URL'],
    ['a page number that its URL does not have', { page: 7 }, 'meta.page: as in the URL'],
    [
      'a first page that is not the first',
      { first_page_url: urlOf(1) },
      'meta.first_page_url: leads to the first page',
    ],
    [
      'a URL of another list',
      { url: urlOf(1).replace('Roles', 'Users') },
      'meta.url: all pages have the URL of the list',
    ],
    ['no URL', { url: null }, 'meta.url: all pages have the URL of the list'],
  ])('reports %s in the meta of a page', async (_, meta, problem) => {
    expect((await paginateList({ meta: { 1: meta } })).problems).toContain(problem);
    expect((await paginateList({ meta: { 1: meta } }, true)).problems).toContain(problem);
  });

  it('finds records without a SID again, whatever the order of their keys', async () => {
    let calls = 0;
    const linked = (name: string) => {
      const links = { a: name, b: `${name}/b` };
      return { links: calls % 2 === 0 ? links : { b: links.b, a: links.a } };
    };
    const { differences } = await paginate(operation, { PageSize: 1 }, (input) => {
      calls += 1;
      const page = Number(input['Page'] ?? 0);
      const [next_page_url, previous_page_url] = [page < 2 ? urlOf(page + 1) : null, page > 0 ? urlOf(page - 1) : null];
      const meta = { page, page_size: 1, key: 'roles', url: urlOf(page), first_page_url: urlOf(0) };
      const body = { meta: { ...meta, next_page_url, previous_page_url }, roles: [linked(`R${page}`)] };
      return Promise.resolve({ status: 200, body });
    });
    expect(differences).toEqual([]);
  });

  it('reports a record of its own that the way back does not show, in a list that contains records of others', async () => {
    const { problems } = await paginateList(
      { meta: { 2: { previous_page_url: urlOf(1) }, 1: { previous_page_url: null } } },
      true,
    );
    expect(problems).toContainEqual(expect.stringMatching(/^roles: the previous pages/));
  });

  it('reports a record that is on two pages', async () => {
    const { problems } = await paginateList({ records: { 2: ['RL1'] } });
    expect(problems).toEqual(['roles: on all pages together']);
  });

  it('reports a previous page link that leads to a different page', async () => {
    const { problems } = await paginateList({ meta: { 1: { previous_page_url: urlOf(2) } } });
    expect(problems).toContain('meta.previous_page_url: it leads to a different page');
  });

  it('reports a page after others without a link to the page before', async () => {
    const { problems } = await paginateList({ meta: { 1: { previous_page_url: null } } });
    expect(problems).toContain('meta.previous_page_url: a page after others has a link to the page before');
  });

  it('accepts that others add a record before the first page of a shared list', async () => {
    let calls = 0;
    const { differences } = await paginate(
      operation,
      { PageSize: 1 },
      (input) => {
        calls += 1;
        const page = Number(input['Page'] ?? 0);
        // The way back gets to the first page when there is one more before it.
        const hasMore = calls > 2 && calls < 4;
        const meta = {
          page,
          page_size: 1,
          key: 'roles',
          url: urlOf(page),
          first_page_url: urlOf(0),
          next_page_url: page === 0 ? urlOf(1) : null,
          previous_page_url: page > 0 ? urlOf(0) : hasMore ? `${urlOf(0)}&PageToken=PB1` : null,
        };
        const sid = calls === 4 ? 'RL9' : `RL${page}`;
        return Promise.resolve({ status: 200, body: { meta, roles: [{ sid }] } });
      },
      { isOurs: (record) => (record as { sid: string }).sid !== 'RL9' },
    );
    expect(differences).toEqual([]);
  });

  it('reports pages that never end', async () => {
    const { problems } = await paginateList({ meta: { 2: { next_page_url: urlOf(2) } } });
    expect(problems).toContain('meta.next_page_url: the pages never end');
  });
});
