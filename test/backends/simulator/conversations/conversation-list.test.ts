import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { listPages, metaOf, sidOf, sidsOf, textOf } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const update = 'updateserviceconversation';
const list = 'listserviceconversation';

const newestFirst = async (count: number, filter: Input = {}) => {
  const simulator = await createWorld();
  const sids = await times(count, async () => (await simulator.conversation()).sid);
  const path = `/v1/Services/${simulator.inService.ChatServiceSid}/Conversations`;
  return { simulator, input: { ...simulator.inService, ...filter }, path, sids: sids.toReversed() };
};

describe('the list of conversations', () => {
  const rules = { operation: list, key: 'conversations', defaultSize: 50, maximum: 100, arrayFirst: true };

  describe('by activity', () => {
    itPagesLikeTwilio({ ...rules, fill: (count) => newestFirst(count) });
  });
  describe('by state', () => {
    itPagesLikeTwilio({ ...rules, fill: (count) => newestFirst(count, { State: 'active' }) });
  });
  describe('by creation', () => {
    itPagesLikeTwilio({ ...rules, fill: (count) => newestFirst(count, { StartDate: '2025-01-01T00:00:00Z' }) });
  });

  it('shows the latest activity first; messages count, updates do not', async () => {
    const { clock, callOk, conversation, inService } = await createWorld();
    const [a, b, c] = await times(3, () => conversation());
    clock.advance(1000);
    await a?.message();
    await callOk(update, { ...b?.at, body: { FriendlyName: 'x' } });
    expect(sidsOf(await callOk(list, inService))).toEqual([a?.sid, c?.sid, b?.sid]);
  });

  it('shows the latest creation first with a filter', async () => {
    const { callOk, conversation, inService } = await createWorld();
    const [a, b, c] = await times(3, (i) => conversation({ DateCreated: `2025-01-0${3 - i}` }));
    await b?.message();
    const StartDate = '2025-01-01';
    expect(sidsOf(await callOk(list, { ...inService, StartDate }))).toEqual([a?.sid, b?.sid, c?.sid]);
    expect(sidsOf(await callOk(list, { ...inService, State: 'active' }))).toEqual([a?.sid, b?.sid, c?.sid]);
  });

  it('can be filtered by state and by creation date, including both bounds', async () => {
    const { callOk, conversation, inService } = await createWorld();
    const dates = ['2025-01-01T00:00:00Z', '2025-01-02T23:59:59.999Z', '2025-01-03T00:00:00Z', '2025-01-04T12:00:00Z'];
    const created = await times(4, (i) => conversation({ DateCreated: dates[i] }));
    const [first, second, third, fourth] = created.map(({ sid }) => sid);
    await callOk(update, { ...created[1]?.at, body: { State: 'inactive' } });
    await created[2]?.close();

    const filtered = async (filter: Input) => sidsOf(await callOk(list, { ...inService, ...filter }));
    expect(await filtered({ State: 'active' })).toEqual([fourth, first]);
    expect(await filtered({ State: 'inactive' })).toEqual([second]);
    expect(await filtered({ State: 'closed' })).toEqual([third]);
    expect(await filtered({ StartDate: '2025-01-03T00:00:00Z' })).toEqual([fourth, third]);
    expect(await filtered({ EndDate: '2025-01-02T23:59:59Z' })).toEqual([second, first]);
    expect(await filtered({ StartDate: '2025-01-02', EndDate: '2025-01-02' })).toEqual([second]);
    expect(await filtered({ StartDate: '2025-01-02', EndDate: '2025-01-03', State: 'closed' })).toEqual([third]);
    expect(await filtered({ StartDate: '2026-01-01' })).toEqual([]);
  });

  it('refuses invalid filters', async () => {
    const { refusal, inService } = await createWorld();
    const refused = (filter: Input) => refusal(list, { ...inService, ...filter });
    expect(await refused({ State: 'open' })).toEqual([400, 50378]);
    expect(await refused({ StartDate: 'yesterday' })).toEqual([400, 20001]);
    expect(await refused({ EndDate: '2025-13-01' })).toEqual([400, 20001]);
    expect(await refused({ StartDate: '2025-01-02', EndDate: '2025-01-01' })).toEqual([400, 50396]);
    const date = '2025-01-01T00:00:00Z';
    expect(await refused({ StartDate: date, EndDate: date })).toEqual([400, 50396]);
  });

  it('has state, timestamp and SID in its tokens, and accepts such a token with another page size', async () => {
    const { callOk, conversation, inService } = await createWorld();
    const sids = await times(4, async () => (await conversation()).sid);
    const page = await callOk(list, { ...inService, PageSize: 1 });
    const next = new URL(textOf(metaOf(page)['next_page_url'])).searchParams.get('PageToken') ?? '';
    expect(next).toMatch(new RegExp(`^PTactive_2026-01-01T00:00:00\\.\\d{3}Z_${sids[3]}$`));
    expect(sidsOf(await callOk(list, { ...inService, PageSize: 5, PageToken: next }))).toEqual(
      sids.slice(0, 3).toReversed(),
    );
  });

  it('has its filters in every URL and on every page', async () => {
    const world = await createWorld();
    await times(7, async (i) => {
      const { at } = await world.conversation();
      if (i % 2 === 0) await world.callOk(update, { ...at, body: { State: 'inactive' } });
    });
    const filter = { ...world.inService, State: 'inactive', StartDate: '2025-01-01T00:00:00+00:00', PageSize: 2 };
    const { meta } = (await world.callOk(list, filter)) as { meta: Record<string, string> };
    for (const url of [meta['first_page_url'], meta['url'], meta['next_page_url']]) {
      expect(url).toMatch(/StartDate=2025-01-01T00%3A00%3A00%2B00%3A00&(EndDate=.*&)?/);
      expect(url).toContain('State=inactive&');
    }
    expect((await listPages(world, list, filter)).map((page) => page.length)).toEqual([2, 2]);
  });

  it('shows only conversations of the service, and is refused if the service does not exist', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    await conversation();
    const other = sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } }));
    expect(sidsOf(await callOk(list, { ChatServiceSid: other }))).toEqual([]);
    expect(await refusal(list, { ChatServiceSid: `IS${'0'.repeat(32)}` })).toEqual([404, 20404]);
  });
});
