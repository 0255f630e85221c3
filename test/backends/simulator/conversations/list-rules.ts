import { expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import type { Json, JsonObject } from '../../../../src/core/body.js';
import { itemsOf, metaOf, ORIGIN, sidOf, sidsOf, textOf, type TestSimulator } from '../../../helpers/simulator.js';

/** Properties of a list operation. */
export interface ListRules {
  readonly operation: string;
  readonly key: string;
  readonly defaultSize: number;
  readonly maximum: number;
  /** Some of Twilio's lists have the array before `meta`. */
  readonly arrayFirst?: boolean;
  /** The largest possible number of records. */
  readonly maxRecords?: number;
  /** The key of an item's SID. Some items are identified by another resource's SID. */
  readonly sid?: string;
  /** Creates records. Returns the input of the list operation, its path, and the SIDs in the expected order. */
  readonly fill: (count: number) => Promise<FilledList>;
}

interface FilledList {
  readonly simulator: TestSimulator;
  readonly input: Input;
  readonly path: string;
  readonly sids: readonly string[];
}

/** In every URL, filters come before the page parameters. */
const filters = (input: Input): string =>
  Object.entries(input)
    .filter(([name]) => !name.endsWith('Sid'))
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}&`)
    .join('');

/** Defines the tests that apply to every list of Twilio. */
export function itPagesLikeTwilio(rules: ListRules): void {
  const { operation, key, defaultSize, maximum, maxRecords = Infinity, sid = 'sid', fill } = rules;
  const few = Math.min(7, maxRecords);
  const size = few > 5 ? 3 : 2;
  it(`has the array "${key}" and the seven keys of meta, in Twilio's order`, async () => {
    const { simulator, input, path, sids } = await fill(few);
    const list = await simulator.callOk(operation, { ...input, PageSize: size });
    expect(Object.keys(list)).toEqual(rules.arrayFirst === true ? [key, 'meta'] : ['meta', key]);
    const meta = metaOf(list);
    expect(Object.entries(meta)).toEqual([
      ['page', 0],
      ['page_size', size],
      ['first_page_url', `${ORIGIN}${path}?${filters(input)}PageSize=${size}&Page=0`],
      ['previous_page_url', null],
      ['url', `${ORIGIN}${path}?${filters(input)}PageSize=${size}&Page=0`],
      ['next_page_url', expect.stringContaining(`${path}?${filters(input)}PageSize=${size}&Page=1&PageToken=PT`)],
      ['key', key],
    ]);
    expect(sidsOf(list, sid)).toEqual(sids.slice(0, size));
  });

  it(`has ${defaultSize} records per page by default and at most ${maximum}`, async () => {
    const { simulator, input, sids } = await fill(Math.min(defaultSize + 1, maxRecords));
    const list = await simulator.callOk(operation, input);
    expect(metaOf(list)['page_size']).toBe(defaultSize);
    expect(sidsOf(list, sid)).toEqual(sids.slice(0, defaultSize));
    expect(metaOf(list)['next_page_url'] === null).toBe(sids.length <= defaultSize);

    const clamped = await simulator.callOk(operation, { ...input, PageSize: 5000 });
    expect(metaOf(clamped)['page_size']).toBe(maximum);
    expect(textOf(metaOf(clamped)['url'])).toContain(`PageSize=${maximum}&Page=0`);
    expect(sidsOf(clamped, sid)).toEqual(sids.slice(0, maximum));
  });

  it('shows every record once, in order, in both directions', async () => {
    const { simulator, input, sids } = await fill(few);
    const forward: JsonObject[] = [];
    let page = await simulator.callOk(operation, { ...input, PageSize: size });
    for (;;) {
      forward.push(page);
      const next = metaOf(page)['next_page_url'];
      if (next === null) break;
      page = await simulator.follow(next);
    }
    expect(forward.flatMap((each) => sidsOf(each, sid))).toEqual(sids);
    expect(forward.map((each) => metaOf(each)['page'])).toEqual(forward.map((_, i) => i));
    expect(new Set(forward.map((each) => metaOf(each)['first_page_url'])).size).toBe(1);

    for (let i = forward.length - 2; i >= 0; i -= 1) {
      page = await simulator.follow(metaOf(page)['previous_page_url']);
      expect(itemsOf(page)).toEqual(itemsOf(forward[i] ?? {}));
      expect(metaOf(page)['page']).toBe(i);
    }
    expect(metaOf(page)['previous_page_url']).toBeNull();
  });

  it('has the requested token in the URL of a later page', async () => {
    const { simulator, input } = await fill(few);
    const first = await simulator.callOk(operation, { ...input, PageSize: size });
    const second = await simulator.follow(metaOf(first)['next_page_url']);
    expect(metaOf(second)['url']).toBe(metaOf(first)['next_page_url']);
    expect(textOf(metaOf(second)['first_page_url'])).not.toContain('PageToken');
    expect(textOf(metaOf(second)['previous_page_url'])).toContain('Page=0&PageToken=PT');
  });

  it('skips pages with Page and no token, and leads back from far beyond the end', async () => {
    const { simulator, input, sids } = await fill(few);
    const second = await simulator.callOk(operation, { ...input, PageSize: size, Page: 1 });
    expect(sidsOf(second, sid)).toEqual(sids.slice(size, 2 * size));

    for (const each of [size, 50]) {
      const beyond = await simulator.callOk(operation, { ...input, PageSize: each, Page: 100_000 });
      expect(itemsOf(beyond)).toEqual([]);
      expect(metaOf(beyond)['next_page_url']).toBeNull();
      const back = await simulator.follow(metaOf(beyond)['previous_page_url']);
      expect(sidsOf(back, sid)).toEqual(sids.slice(-Math.min(each, maximum)));
    }
  });

  it.each<[string, Json]>([
    ['PageSize', 0],
    ['PageSize', -1],
    ['PageSize', 2.5],
    ['PageSize', 'many'],
    ['Page', -1],
    ['Page', 'last'],
    ['PageToken', 'PT'],
    ['PageToken', 'PB'],
    ['PageToken', 'PTnonsense'],
    ['PageToken', 'nonsense'],
    ['PageToken', `PT__${'0'.repeat(34)}`],
    ['PageToken', `PTIS${'0'.repeat(32)}`],
    ['PageToken', `PTactive_2026-01-01T00:00:00.000Z_CH${'0'.repeat(32)}`],
  ])('refuses %s=%s with 400', async (name, value) => {
    const { simulator, input } = await fill(1);
    expect(await simulator.refusal(operation, { ...input, [name]: value })).toEqual([400, 20001]);
  });

  it('refuses the token of another kind of record', async () => {
    const { simulator, input } = await fill(1);
    const other = sidOf(await simulator.callOk('createservice', { body: { FriendlyName: 'Another' } }));
    if (operation === 'listservice') return;
    expect(await simulator.refusal(operation, { ...input, PageToken: `PT${other}` })).toEqual([400, 20001]);
  });
}
