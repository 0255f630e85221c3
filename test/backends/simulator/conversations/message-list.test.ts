import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { itemsOf, metaOf, sidOf, textOf } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const list = 'listserviceconversationmessage';

const fill = (filter: Input) => async (count: number) => {
  const simulator = await createWorld();
  const { inside, message, sid } = await simulator.conversation();
  const sids = await times(count, async () => sidOf(await message()));
  const path = `/v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Messages`;
  const ordered = filter['Order'] === 'desc' ? sids.toReversed() : sids;
  return { simulator, input: { ...inside, ...filter }, path, sids: ordered };
};

describe('the list of messages', () => {
  const rules = { operation: list, key: 'messages', defaultSize: 50, maximum: 100 };

  describe('without parameters', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({}) });
  });
  describe('in ascending order', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({ Order: 'asc' }) });
  });
  describe('in descending order', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({ Order: 'desc' }) });
  });

  it('has the index in its tokens, so that programs can jump to a message', async () => {
    const { callOk, conversation } = await createWorld();
    const { inside, message } = await conversation();
    await times(20, () => message());
    const indexes = async (query: Input) =>
      itemsOf(await callOk(list, { ...inside, ...query })).map(({ index }) => index);
    expect(await indexes({ PageSize: 3, PageToken: 'PT15' })).toEqual([16, 17, 18]);
    expect(await indexes({ PageSize: 3, PageToken: 'PT15', Page: 1, Order: 'desc' })).toEqual([14, 13, 12]);
    expect(await indexes({ PageSize: 3, PageToken: 'PTbefore_3' })).toEqual([0, 1, 2]);
    expect(await indexes({ PageSize: 3, PageToken: 'PB3' })).toEqual([0, 1, 2]);
    expect(await indexes({ PageToken: 'PT19' })).toEqual([]);
    expect(await indexes({ PageToken: 'PT1000' })).toEqual([]);
    const page = await callOk(list, { ...inside, PageSize: 5, Order: 'desc' });
    expect(textOf(metaOf(page)['next_page_url'])).toMatch(/\?Order=desc&PageSize=5&Page=1&PageToken=PT15$/);
  });

  it.each(['descending', 'DESC', ''])('refuses the order "%s"', async (Order) => {
    const { refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    expect(await refusal(list, { ...inside, Order })).toEqual([400, 20001]);
  });

  it('is refused if the conversation does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(list, { ...inService, ConversationSid: 'gone' })).toEqual([404, 20404]);
  });
});
