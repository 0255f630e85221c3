import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import { paginate } from '../../../src/contract/run/paginate.js';
import { published } from '../helpers.js';

const found = findOperation('list Roles', published.operations);
if (found === undefined) throw new Error('the capability file does not list roles');
const operation = found;

type Page = readonly string[];
const urlOf = (page: number) => `https://example.com/Roles?PageSize=1&Page=${page}`;

/** A list of three pages. A test can replace the records of a page or its links. */
async function paginateList(
  changes: { records?: Readonly<Record<number, Page>>; links?: Readonly<Record<number, object>> } = {},
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
        next_page_url: page < 2 ? urlOf(page + 1) : null,
        previous_page_url: page > 0 ? urlOf(page - 1) : null,
        ...changes.links?.[page],
      };
      return Promise.resolve({ status: 200, body: { meta, roles: sids.map((sid) => ({ sid })) } });
    },
    ours ? { isOurs: (record) => (record as { sid: string }).sid !== 'RL1' } : {},
  );
  return { ...result, calls, problems: result.differences.map(({ path, note }) => `${path}: ${note}`) };
}

describe('paging through a list', () => {
  it('returns every record once, and the number of records of each page', async () => {
    const { answer, problems, calls } = await paginateList();
    expect(problems).toEqual([]);
    expect(calls).toEqual(['first', '1', '2', '1', '0', '0']);
    expect(answer.body).toMatchObject({
      roles: [{ sid: 'RL0' }, { sid: 'RL1' }, { sid: 'RL2' }],
      meta: { page: 0 },
      forward: [{ records: 1 }, { records: 1 }, { records: 1 }],
      back: [{ records: 1 }, { records: 1 }],
    });
  });

  it('ignores the records of others', async () => {
    const { answer } = await paginateList({}, true);
    expect(answer.body).toEqual({ roles: [{ sid: 'RL0' }, { sid: 'RL2' }], meta: {} });
  });

  it('reports a record of its own that the way back does not show, in a list that contains records of others', async () => {
    const { problems } = await paginateList(
      { links: { 2: { previous_page_url: urlOf(1) }, 1: { previous_page_url: null } } },
      true,
    );
    expect(problems).toEqual([expect.stringMatching(/^roles: the previous pages/)]);
  });

  it('reports a record that is on two pages', async () => {
    const { problems } = await paginateList({ records: { 2: ['RL1'] } });
    expect(problems).toEqual(['roles: on all pages together']);
  });

  it('reports a previous page link that leads to a different page', async () => {
    const { problems } = await paginateList({ links: { 1: { previous_page_url: urlOf(2) } } });
    expect(problems).toContain('meta.previous_page_url: it leads to a different page');
  });

  it('reports pages that never end', async () => {
    const { problems } = await paginateList({ links: { 2: { next_page_url: urlOf(2) } } });
    expect(problems).toContain('meta.next_page_url: the pages never end');
  });
});
