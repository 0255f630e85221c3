import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, metaOf, ORIGIN, sidOf, sidsOf, START, textOf, walk } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const create = 'createserviceconversation';
const fetch = 'fetchserviceconversation';
const update = 'updateserviceconversation';
const list = 'listserviceconversation';

describe('a new conversation', () => {
  it('needs nothing, and answers with all its fields and their defaults', async () => {
    const { ask, inService } = await createWorld();
    const { status, body, text } = await ask(create, inService);
    const sid = sidOf(body ?? {});
    const url = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}/Conversations/${sid}`;
    expect(status).toBe(201);
    expect(sid).toMatch(/^CH[0-9a-f]{32}$/);
    expect(body?.['messaging_service_sid']).toMatch(/^MG[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        chat_service_sid: inService.ChatServiceSid,
        messaging_service_sid: body?.['messaging_service_sid'],
        friendly_name: null,
        unique_name: null,
        attributes: '{}',
        date_created: START,
        date_updated: START,
        state: 'active',
        timers: {},
        bindings: {},
        url,
        links: {
          participants: `${url}/Participants`,
          messages: `${url}/Messages`,
          webhooks: `${url}/Webhooks`,
          export: `${url}/Export`,
        },
      }),
    );
  });

  it('keeps what was given', async () => {
    const { conversation } = await createWorld();
    const { body } = await conversation({
      FriendlyName: 'Order 1042',
      UniqueName: 'order-1042',
      Attributes: ' {"order": 1042}',
      MessagingServiceSid: `MG${'a'.repeat(32)}`,
      DateCreated: '2020-02-29T12:00:00.500+02:00',
      DateUpdated: '2020-03-01',
      State: 'inactive',
      Bindings: { Email: { Address: 'desk@example.com', Name: 'Desk' } },
    });
    expect(body).toMatchObject({
      friendly_name: 'Order 1042',
      unique_name: 'order-1042',
      attributes: ' {"order": 1042}',
      messaging_service_sid: `MG${'a'.repeat(32)}`,
      date_created: '2020-02-29T10:00:00Z',
      date_updated: '2020-03-01T00:00:00Z',
      state: 'inactive',
      timers: {},
      bindings: { email: { address: 'desk@example.com', name: 'Desk' } },
    });
  });

  it('was updated when it was created, also when only the creation is imported', async () => {
    const { conversation } = await createWorld();
    const { body } = await conversation({ DateCreated: '2020-01-01T00:00:00Z' });
    expect(body).toMatchObject({ date_created: '2020-01-01T00:00:00Z', date_updated: '2020-01-01T00:00:00Z' });
  });

  it.each<[string, Input, number, number]>([
    ['a name of 257 characters', { FriendlyName: 'x'.repeat(257) }, 400, 50003],
    ['a unique name of 257 characters', { UniqueName: 'x'.repeat(257) }, 400, 50004],
    ['a unique name that is taken', { UniqueName: 'taken' }, 409, 50353],
    ['a unique name that a closed conversation has', { UniqueName: 'closed' }, 409, 50353],
    ['a unique name like a conversation SID', { UniqueName: `CH${'0'.repeat(32)}` }, 400, 50390],
    ['attributes that are no JSON', { Attributes: 'x' }, 400, 50304],
    ['attributes over 16 KB', { Attributes: `"${'x'.repeat(16_383)}"` }, 400, 50303],
    ['a messaging service that is none', { MessagingServiceSid: 'MG1' }, 400, 50341],
    ['a creation that is no date', { DateCreated: 'yesterday' }, 400, 50308],
    ['a creation on 30 February', { DateCreated: '2024-02-30T00:00:00Z' }, 400, 50308],
    ['a creation before the calendar', { DateCreated: '0000-01-01T00:00:00+01:00' }, 400, 50308],
    ['an update after the calendar', { DateUpdated: '9999-12-31T23:59:59-01:00' }, 400, 50309],
    ['an update that is no date', { DateUpdated: '' }, 400, 50309],
    ['an empty state', { State: '' }, 400, 50374],
    ['an unknown state', { State: 'Active' }, 400, 50378],
    ['the state of group set-up', { State: 'initializing' }, 400, 50378],
    ['the state closed', { State: 'closed' }, 400, 50384],
    ['an inactive timer that is no duration', { 'Timers.Inactive': '60' }, 400, 50379],
    ['an inactive timer under a minute', { 'Timers.Inactive': 'PT30S' }, 400, 50375],
    ['an empty inactive timer', { 'Timers.Inactive': '' }, 400, 50379],
    ['a closed timer that is no duration', { 'Timers.Closed': 'soon' }, 400, 50380],
    ['a closed timer under ten minutes', { 'Timers.Closed': 'PT5M30S' }, 400, 50376],
    ['a negative timer', { 'Timers.Closed': '-P1D' }, 400, 50380],
    ['a timer that leads out of the calendar', { 'Timers.Closed': 'P99999Y' }, 400, 50380],
  ])('with %s is refused, and nothing is made', async (_what, body, status, code) => {
    const { get, refusal, conversation, inService } = await createWorld();
    await conversation({ UniqueName: 'taken' });
    await (await conversation({ UniqueName: 'closed' })).close();
    expect(await refusal(create, { ...inService, body })).toEqual([status, code]);
    expect(sidsOf(await get(list, inService))).toHaveLength(2);
  });

  it('shows its timers as moments, and only those that were set', async () => {
    const { conversation } = await createWorld();
    expect((await conversation({ 'Timers.Inactive': 'PT1M' })).body['timers']).toEqual({
      date_inactive: '2026-01-01T00:01:00Z',
    });
    expect((await conversation({ 'Timers.Closed': 'PT10M' })).body['timers']).toEqual({
      date_closed: '2026-01-01T00:10:00Z',
    });
    const { body } = await conversation({ Timers: { Inactive: 'P1M', Closed: 'P1Y2W' } });
    expect(JSON.stringify(body['timers'])).toBe(
      '{"date_inactive":"2026-02-01T00:00:00Z","date_closed":"2027-01-15T00:00:00Z"}',
    );
    const asleep = await conversation({ State: 'inactive', Timers: { Inactive: 'PT1M', Closed: 'PT10M' } });
    expect(asleep.body['timers']).toEqual({ date_closed: '2026-01-01T00:10:00Z' });
  });

  it('has a unique name that another service may have too', async () => {
    const { get, conversation } = await createWorld();
    await conversation({ UniqueName: 'order' });
    const other = sidOf(await get('createservice', { body: { FriendlyName: 'Other' } }));
    const body = { UniqueName: 'order' };
    expect(await get(create, { ChatServiceSid: other, body })).toMatchObject({ unique_name: 'order' });
  });

  it('gets its unique name once, however many ask for it at the same time', async () => {
    const { ask, inService } = await createWorld();
    const body = { UniqueName: 'order' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(create, { ...inService, body })));
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409, 409]);
  });
});

describe('an existing conversation', () => {
  it.each(['order-1042', 'a b', 'ä/ö?ü#', '100%', '%2F', '+1', '__proto__', 'constructor', `CH${'g'.repeat(32)}`])(
    'is found by the unique name "%s" as by its SID, also by what lies inside',
    async (name) => {
      const { get, follow, conversation, inService } = await createWorld();
      const { body, sid, message } = await conversation({ UniqueName: name });
      expect(await get(fetch, { ...inService, Sid: name })).toEqual(body);
      expect(await get(fetch, { ...inService, Sid: sid })).toEqual(body);
      expect(await follow(body['url'])).toEqual(body);
      const made = await message();
      const messages = await get('listserviceconversationmessage', { ...inService, ConversationSid: name });
      expect(messages).toMatchObject({ messages: [made], meta: { url: expect.stringContaining(`/${sid}/Messages`) } });
    },
  );

  it('has links that lead to its parts', async () => {
    const { follow, conversation } = await createWorld();
    const { body } = await conversation();
    const links = body['links'] as Record<string, string>;
    for (const name of ['participants', 'messages', 'webhooks']) {
      expect(sidsOf(await follow(links[name]))).toEqual([]);
    }
  });

  it('is answered with 404, naming the path as it is written, when it is not there', async () => {
    const { ask, refusal, get, conversation, inService } = await createWorld();
    const { body } = await ask(fetch, { ...inService, Sid: 'no such/name' });
    expect(body).toEqual({
      code: 20404,
      message: `The requested resource /v1/Services/${inService.ChatServiceSid}/Conversations/no%20such%2Fname was not found`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
    const { sid } = await conversation({ UniqueName: 'order' });
    const other = { ChatServiceSid: sidOf(await get('createservice', { body: { FriendlyName: 'Other' } })) };
    expect(await refusal(fetch, { ...other, Sid: sid })).toEqual([404, 20404]);
    expect(await refusal(fetch, { ...other, Sid: 'order' })).toEqual([404, 20404]);
    expect(await refusal(fetch, { ...inService, Sid: 'Order' })).toEqual([404, 20404]);
    const gone = { ...inService, Sid: 'gone' };
    expect(await refusal(update, { ...gone, body: { FriendlyName: 'x' } })).toEqual([404, 20404]);
    expect(await refusal('deleteserviceconversation', gone)).toEqual([404, 20404]);
    expect(await refusal(create, { ChatServiceSid: 'IS1', body: {} })).toEqual([404, 20404]);
  });

  it('changes where something is sent, and tells when', async () => {
    const { clock, get, conversation } = await createWorld();
    const { body, at } = await conversation({ FriendlyName: 'Order', UniqueName: 'order', Attributes: '[1]' });
    clock.advance(1999);
    const changed = await get(update, { ...at, body: { FriendlyName: 'Returned order' } });
    expect(changed).toEqual({ ...body, friendly_name: 'Returned order', date_updated: '2026-01-01T00:00:01Z' });
    clock.advance(1000);
    expect(await get(update, { ...at, body: { Attributes: '[2]', 'Bindings.Email.Name': 'Desk' } })).toEqual({
      ...changed,
      attributes: '[2]',
      bindings: { email: { name: 'Desk' } },
      date_updated: '2026-01-01T00:00:02Z',
    });
    expect(await get(update, { ...at, body: { DateCreated: '2020-01-01', DateUpdated: '2020-01-02' } })).toMatchObject({
      date_created: '2020-01-01T00:00:00Z',
      date_updated: '2020-01-02T00:00:00Z',
    });
  });

  it('can change its unique name, and the old one is free', async () => {
    const { get, refusal, conversation, inService } = await createWorld();
    const { at, sid } = await conversation({ UniqueName: 'old' });
    await conversation({ UniqueName: 'taken' });
    const rename = (UniqueName: string) => ({ ...at, body: { UniqueName } });
    expect(await refusal(update, rename('taken'))).toEqual([409, 50353]);
    expect(await get(update, rename('old'))).toMatchObject({ unique_name: 'old' });
    expect(await get(update, rename('new'))).toMatchObject({ unique_name: 'new' });
    expect(await refusal(fetch, { ...inService, Sid: 'old' })).toEqual([404, 20404]);
    expect(sidOf(await get(fetch, { ...inService, Sid: 'new' }))).toBe(sid);
    expect(await get(update, rename(''))).toMatchObject({ unique_name: null });
    expect((await conversation({ UniqueName: 'old' })).body).toMatchObject({ unique_name: 'old' });
  });

  it('refuses an update of nothing and one that is wrong, and stays as it was', async () => {
    const { get, refusal, conversation } = await createWorld();
    const { body, at } = await conversation({ UniqueName: 'order' });
    const refused = (fields: Input) => refusal(update, { ...at, body: fields });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ FriendlyName: 'x', Attributes: '{' })).toEqual([400, 50304]);
    expect(await refused({ FriendlyName: 'x', State: 'open' })).toEqual([400, 50378]);
    expect(await refused({ FriendlyName: 'x', UniqueName: `CH${'0'.repeat(32)}` })).toEqual([400, 50390]);
    expect(await refused({ 'Timers.Closed': 'PT2M' })).toEqual([400, 50376]);
    expect(await get(fetch, at)).toEqual(body);
  });

  it('takes everything inside along when it is deleted, in every state, and frees its name', async () => {
    for (const State of ['active', 'inactive', 'closed']) {
      const world = await createWorld();
      const { ask, get, refusal, inService } = world;
      const { at, inside, chat, sms, message } = await world.conversation({ UniqueName: 'order' });
      const participant = sidOf(await chat('alice'));
      await sms('+15557770101');
      const said = sidOf(await message());
      const webhook = { Target: 'studio', 'Configuration.FlowSid': `FW${'0'.repeat(32)}` };
      const hook = sidOf(await get('createserviceconversationscopedwebhook', { ...inside, body: webhook }));
      await get(update, { ...at, body: { State } });

      expect(await ask('deleteserviceconversation', { ...inService, Sid: 'order' })).toMatchObject({ status: 204 });
      expect(await refusal(fetch, at)).toEqual([404, 20404]);
      expect(await refusal(fetch, { ...inService, Sid: 'order' })).toEqual([404, 20404]);
      expect(await refusal('fetchserviceconversationmessage', { ...inside, Sid: said })).toEqual([404, 20404]);
      expect(await refusal('fetchserviceconversationparticipant', { ...inside, Sid: participant })).toEqual([
        404, 20404,
      ]);
      expect(await refusal('fetchserviceconversationscopedwebhook', { ...inside, Sid: hook })).toEqual([404, 20404]);
      expect(await refusal('listserviceconversationmessagereceipt', { ...inside, MessageSid: said })).toEqual([
        404, 20404,
      ]);
      expect(await get('listserviceuserconversation', { ...inService, UserSid: 'alice' })).toMatchObject({
        conversations: [],
      });
      const next = await world.conversation({ UniqueName: 'order' });
      expect(await next.sms('+15557770101')).toMatchObject({ identity: null });
      expect(await next.message()).toMatchObject({ index: 0 });
    }
  });
});

describe('the state of a conversation', () => {
  it('goes between active and inactive as often as one likes', async () => {
    const { get, conversation } = await createWorld();
    const { at } = await conversation();
    for (const State of ['inactive', 'active', 'inactive', 'inactive', 'active']) {
      expect(await get(update, { ...at, body: { State } })).toMatchObject({ state: State });
    }
  });

  it.each(['active', 'inactive'])('can be closed from %s, and then nothing inside can be written', async (State) => {
    const world = await createWorld();
    const { ask, get, refusal, inService } = world;
    const { at, inside, sid, chat, message } = await world.conversation({ UniqueName: 'order' });
    const Sid = sidOf(await chat('alice'));
    const said = sidOf(await message());
    const webhook = { Target: 'studio', 'Configuration.FlowSid': `FW${'0'.repeat(32)}` };
    const hook = sidOf(await get('createserviceconversationscopedwebhook', { ...inside, body: webhook }));
    await get(update, { ...at, body: { State } });
    const closed = await get(update, { ...at, body: { State: 'closed', FriendlyName: 'Done' } });
    expect(closed).toMatchObject({ state: 'closed', friendly_name: 'Done', timers: {} });

    const own = { ...inService, UserSid: 'alice', ConversationSid: sid };
    const writes: [string, Input][] = [
      [update, { ...at, body: { State: 'active' } }],
      [update, { ...at, body: { State: 'closed' } }],
      [update, { ...at, body: { FriendlyName: 'x' } }],
      ['createserviceconversationmessage', { ...inside, body: { Body: 'x' } }],
      ['updateserviceconversationmessage', { ...inside, Sid: said, body: { Body: 'x' } }],
      ['deleteserviceconversationmessage', { ...inside, Sid: said }],
      ['createserviceconversationparticipant', { ...inside, body: { Identity: 'bob' } }],
      ['updateserviceconversationparticipant', { ...inside, Sid, body: { Attributes: '[]' } }],
      ['deleteserviceconversationparticipant', { ...inside, Sid }],
      ['createserviceconversationscopedwebhook', { ...inside, body: webhook }],
      ['updateserviceconversationscopedwebhook', { ...inside, Sid: hook, body: { 'Configuration.FlowSid': '' } }],
      ['deleteserviceconversationscopedwebhook', { ...inside, Sid: hook }],
      ['updateserviceuserconversation', { ...own, body: { NotificationLevel: 'muted' } }],
      ['deleteserviceuserconversation', own],
    ];
    for (const [operation, input] of writes) {
      expect([operation, ...(await refusal(operation, input))]).toEqual([operation, 400, 50377]);
    }

    const reads: [string, Input][] = [
      [fetch, at],
      ['listserviceconversationmessage', inside],
      ['fetchserviceconversationmessage', { ...inside, Sid: said }],
      ['fetchserviceconversationparticipant', { ...inside, Sid }],
      ['fetchserviceconversationscopedwebhook', { ...inside, Sid: hook }],
      ['fetchserviceuserconversation', own],
    ];
    for (const [operation, input] of reads) {
      expect([operation, (await ask(operation, input)).status]).toEqual([operation, 200]);
    }
    expect(await get(fetch, at)).toEqual(closed);
  });

  it('becomes active again by a message or a participant', async () => {
    const { clock, get, conversation } = await createWorld();
    for (const wake of ['message', 'chat'] as const) {
      const { at, chat, message } = await conversation({ State: 'inactive' });
      clock.advance(1000);
      await (wake === 'message' ? message() : chat('alice'));
      expect(await get(fetch, at)).toMatchObject({ state: 'active' });
    }
  });
});

describe('the timers of a conversation', () => {
  const timers = { 'Timers.Inactive': 'PT1H', 'Timers.Closed': 'PT2H' };

  it('start anew with each message, and not with a change of the name', async () => {
    const { clock, get, conversation } = await createWorld();
    const { at, message } = await conversation(timers);
    clock.set('2026-01-01T00:30:00Z');
    await get(update, { ...at, body: { FriendlyName: 'x' } });
    expect((await get(fetch, at))['timers']).toEqual({
      date_inactive: '2026-01-01T01:00:00Z',
      date_closed: '2026-01-01T02:00:00Z',
    });
    await message();
    expect((await get(fetch, at))['timers']).toEqual({
      date_inactive: '2026-01-01T01:30:00Z',
      date_closed: '2026-01-01T02:30:00Z',
    });
  });

  it('lose the inactive one when it is inactive, and the closed one counts from then', async () => {
    const { clock, get, conversation } = await createWorld();
    const { at } = await conversation(timers);
    clock.set('2026-01-01T00:30:00Z');
    expect((await get(update, { ...at, body: { State: 'inactive' } }))['timers']).toEqual({
      date_closed: '2026-01-01T02:30:00Z',
    });
    clock.set('2026-01-01T01:00:00Z');
    expect((await get(update, { ...at, body: { State: 'active' } }))['timers']).toEqual({
      date_inactive: '2026-01-01T02:00:00Z',
      date_closed: '2026-01-01T03:00:00Z',
    });
  });

  it('can be set later, one without the other', async () => {
    const { clock, get, conversation } = await createWorld();
    const { at } = await conversation({ 'Timers.Inactive': 'PT1H' });
    clock.set('2026-01-01T00:30:00Z');
    expect((await get(update, { ...at, body: { 'Timers.Closed': 'P1D' } }))['timers']).toEqual({
      date_inactive: '2026-01-01T01:30:00Z',
      date_closed: '2026-01-02T00:30:00Z',
    });
  });
});

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

  it('shows the latest activity first: a message lifts, a change of the name does not', async () => {
    const { clock, get, conversation, inService } = await createWorld();
    const [a, b, c] = await times(3, () => conversation());
    clock.advance(1000);
    await a?.message();
    await get(update, { ...b?.at, body: { FriendlyName: 'x' } });
    expect(sidsOf(await get(list, inService))).toEqual([a?.sid, c?.sid, b?.sid]);
  });

  it('shows the latest creation first as soon as it is filtered', async () => {
    const { get, conversation, inService } = await createWorld();
    const [a, b, c] = await times(3, (i) => conversation({ DateCreated: `2025-01-0${3 - i}` }));
    await b?.message();
    const StartDate = '2025-01-01';
    expect(sidsOf(await get(list, { ...inService, StartDate }))).toEqual([a?.sid, b?.sid, c?.sid]);
    expect(sidsOf(await get(list, { ...inService, State: 'active' }))).toEqual([a?.sid, b?.sid, c?.sid]);
  });

  it('can be filtered by state and by creation, both bounds included', async () => {
    const { get, conversation, inService } = await createWorld();
    const dates = ['2025-01-01T00:00:00Z', '2025-01-02T23:59:59.999Z', '2025-01-03T00:00:00Z', '2025-01-04T12:00:00Z'];
    const made = await times(4, (i) => conversation({ DateCreated: dates[i] }));
    const [first, second, third, fourth] = made.map(({ sid }) => sid);
    await get(update, { ...made[1]?.at, body: { State: 'inactive' } });
    await made[2]?.close();

    const shown = async (filter: Input) => sidsOf(await get(list, { ...inService, ...filter }));
    expect(await shown({ State: 'active' })).toEqual([fourth, first]);
    expect(await shown({ State: 'inactive' })).toEqual([second]);
    expect(await shown({ State: 'closed' })).toEqual([third]);
    expect(await shown({ StartDate: '2025-01-03T00:00:00Z' })).toEqual([fourth, third]);
    expect(await shown({ EndDate: '2025-01-02T23:59:59Z' })).toEqual([second, first]);
    expect(await shown({ StartDate: '2025-01-02', EndDate: '2025-01-02' })).toEqual([second]);
    expect(await shown({ StartDate: '2025-01-02', EndDate: '2025-01-03', State: 'closed' })).toEqual([third]);
    expect(await shown({ StartDate: '2026-01-01' })).toEqual([]);
  });

  it('refuses filters that cannot be', async () => {
    const { refusal, inService } = await createWorld();
    const refused = (filter: Input) => refusal(list, { ...inService, ...filter });
    expect(await refused({ State: 'open' })).toEqual([400, 50378]);
    expect(await refused({ StartDate: 'yesterday' })).toEqual([400, 20001]);
    expect(await refused({ EndDate: '2025-13-01' })).toEqual([400, 20001]);
    expect(await refused({ StartDate: '2025-01-02', EndDate: '2025-01-01' })).toEqual([400, 50396]);
    const moment = '2025-01-01T00:00:00Z';
    expect(await refused({ StartDate: moment, EndDate: moment })).toEqual([400, 50396]);
  });

  it('writes state, moment and SID into its tokens, and takes such a token from elsewhere', async () => {
    const { get, conversation, inService } = await createWorld();
    const sids = await times(4, async () => (await conversation()).sid);
    const page = await get(list, { ...inService, PageSize: 1 });
    const next = new URL(textOf(metaOf(page)['next_page_url'])).searchParams.get('PageToken') ?? '';
    expect(next).toMatch(new RegExp(`^PTactive_2026-01-01T00:00:00\\.\\d{3}Z_${sids[3]}$`));
    expect(sidsOf(await get(list, { ...inService, PageSize: 5, PageToken: next }))).toEqual(
      sids.slice(0, 3).toReversed(),
    );
  });

  it('keeps its filters in every URL, and turns over all pages of them', async () => {
    const world = await createWorld();
    await times(7, async (i) => {
      const { at } = await world.conversation();
      if (i % 2 === 0) await world.get(update, { ...at, body: { State: 'inactive' } });
    });
    const filter = { ...world.inService, State: 'inactive', StartDate: '2025-01-01T00:00:00+00:00', PageSize: 2 };
    const { meta } = (await world.get(list, filter)) as { meta: Record<string, string> };
    for (const url of [meta['first_page_url'], meta['url'], meta['next_page_url']]) {
      expect(url).toMatch(/StartDate=2025-01-01T00%3A00%3A00%2B00%3A00&(EndDate=.*&)?/);
      expect(url).toContain('State=inactive&');
    }
    expect((await walk(world, list, filter)).map((page) => page.length)).toEqual([2, 2]);
  });

  it('shows one service only, and none of a service that is not there', async () => {
    const { get, refusal, conversation } = await createWorld();
    await conversation();
    const other = sidOf(await get('createservice', { body: { FriendlyName: 'Other' } }));
    expect(sidsOf(await get(list, { ChatServiceSid: other }))).toEqual([]);
    expect(await refusal(list, { ChatServiceSid: `IS${'0'.repeat(32)}` })).toEqual([404, 20404]);
  });
});
