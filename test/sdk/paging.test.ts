import { beforeEach, describe, expect, test } from 'vitest';
import { type Client, type Sdk, sidsOf, startSdk } from './harness.js';

type Messages = ReturnType<ReturnType<Client['conversations']['v1']['services']>['conversations']>['messages'];

type Page = Omit<Awaited<ReturnType<Messages['page']>>, symbol>;

const BODIES = Array.from({ length: 12 }, (_, i) => `message ${i}`);
let messages: Messages;
let understudy: Sdk['understudy'];

beforeEach(async () => {
  const sdk = await startSdk();
  const { services } = sdk.client.conversations.v1;
  const { conversations } = services((await services.create({ friendlyName: 'Paging' })).sid);
  ({ messages } = conversations((await conversations.create()).sid));
  for (const body of BODIES) await messages.create({ body });
  ({ understudy } = sdk);
  understudy.journal.clear();
});

const bodiesOf = (found: readonly { readonly body: string }[]): string[] => found.map(({ body }) => body);

/** How many pages the client requested. */
const requestedPages = (): number => understudy.journal.entries().length;

describe('a list of several pages', () => {
  test('is returned completely by list()', async () => {
    expect(bodiesOf(await messages.list({ pageSize: 5 }))).toEqual(BODIES);
    expect(requestedPages()).toBe(3);
  });

  test('keeps its order across pages', async () => {
    expect(bodiesOf(await messages.list({ pageSize: 5, order: 'desc' }))).toEqual(BODIES.toReversed());
  });

  test('stops at the limit without an extra page', async () => {
    expect(bodiesOf(await messages.list({ limit: 7, pageSize: 5 }))).toEqual(BODIES.slice(0, 7));
    expect(requestedPages()).toBe(2);
  });

  test('has pages as large as the limit if no page size is set', async () => {
    expect(bodiesOf(await messages.list({ limit: 3 }))).toEqual(BODIES.slice(0, 3));
    expect(understudy.journal.entries()).toMatchObject([{ input: { PageSize: '3' } }]);
  });

  test('is iterated by each() until the callback stops it', async () => {
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      messages.each({
        pageSize: 4,
        callback: ({ body }, done) => {
          seen.push(body);
          if (seen.length === 10) done();
        },
        done: (error?: Error) => (error === undefined ? resolve() : reject(error)),
      });
    });
    expect(seen).toEqual(BODIES.slice(0, 10));
  });

  test('can be paged forward to the end and back to the start', async () => {
    const pages: Page[] = [];
    for (let page: Page | undefined = await messages.page({ pageSize: 5 }); page; page = await page.nextPage()) {
      pages.push(page);
    }
    expect(pages.map(({ instances }) => instances.length)).toEqual([5, 5, 2]);
    expect(pages.flatMap(({ instances }) => bodiesOf(instances))).toEqual(BODIES);

    const [first, middle, last] = pages;
    const back = await last?.previousPage();
    expect(sidsOf(back?.instances ?? [])).toEqual(sidsOf(middle?.instances ?? []));
    const start = await back?.previousPage();
    expect(sidsOf(start?.instances ?? [])).toEqual(sidsOf(first?.instances ?? []));
    expect(start?.previousPage()).toBeUndefined();
  });

  test('continues from a saved page URL', async () => {
    const { nextPageUrl = '' } = await messages.page({ pageSize: 5 });
    expect(new URL(nextPageUrl).origin).toBe(understudy.restUrl);
    expect(bodiesOf((await messages.getPage(nextPageUrl)).instances)).toEqual(BODIES.slice(5, 10));
  });

  test('has no gaps or duplicates if records are removed between pages', async () => {
    const page = await messages.page({ pageSize: 5 });
    for (const { sid } of page.instances) await messages(sid).remove();
    expect(bodiesOf((await page.nextPage())?.instances ?? [])).toEqual(BODIES.slice(5, 10));
  });
});
