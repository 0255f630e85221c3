import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

const create = 'createserviceconversation';
const fetch = 'fetchserviceconversation';
const update = 'updateserviceconversation';
const list = 'listserviceconversation';

describe('a new conversation', () => {
  it('needs no fields, and responds with all fields and their defaults', async () => {
    const { call, inService } = await createWorld();
    const { status, body, text } = await call(create, inService);
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

  it('has the given values', async () => {
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

  it('has the same update and creation date, even if only the creation date is given', async () => {
    const { conversation } = await createWorld();
    const { body } = await conversation({ DateCreated: '2020-01-01T00:00:00Z' });
    expect(body).toMatchObject({ date_created: '2020-01-01T00:00:00Z', date_updated: '2020-01-01T00:00:00Z' });
  });

  it.each<[string, Input, number, number]>([
    ['a name of 257 characters', { FriendlyName: 'x'.repeat(257) }, 400, 50003],
    ['a unique name of 257 characters', { UniqueName: 'x'.repeat(257) }, 400, 50004],
    ['a unique name that is taken', { UniqueName: 'taken' }, 409, 50353],
    ['a unique name of a closed conversation', { UniqueName: 'closed' }, 409, 50353],
    ['a unique name like a conversation SID', { UniqueName: `CH${'0'.repeat(32)}` }, 400, 50390],
    ['attributes that are not JSON', { Attributes: 'x' }, 400, 50304],
    ['attributes over 16 KB', { Attributes: `"${'x'.repeat(16_383)}"` }, 400, 50303],
    ['an invalid messaging service SID', { MessagingServiceSid: 'MG1' }, 400, 50341],
    ['an invalid creation date', { DateCreated: 'yesterday' }, 400, 50308],
    ['a creation date of 30 February', { DateCreated: '2024-02-30T00:00:00Z' }, 400, 50308],
    ['a creation date before year 0', { DateCreated: '0000-01-01T00:00:00+01:00' }, 400, 50308],
    ['an update date after year 9999', { DateUpdated: '9999-12-31T23:59:59-01:00' }, 400, 50309],
    ['an invalid update date', { DateUpdated: '' }, 400, 50309],
    ['an empty state', { State: '' }, 400, 50374],
    ['an unknown state', { State: 'Active' }, 400, 50378],
    ['the state initializing', { State: 'initializing' }, 400, 50378],
    ['the state closed', { State: 'closed' }, 400, 50384],
    ['an inactive timer that is not a duration', { 'Timers.Inactive': '60' }, 400, 50379],
    ['an inactive timer under a minute', { 'Timers.Inactive': 'PT30S' }, 400, 50375],
    ['an empty inactive timer', { 'Timers.Inactive': '' }, 400, 50379],
    ['a closed timer that is not a duration', { 'Timers.Closed': 'soon' }, 400, 50380],
    ['a closed timer under ten minutes', { 'Timers.Closed': 'PT5M30S' }, 400, 50376],
    ['a negative timer', { 'Timers.Closed': '-P1D' }, 400, 50380],
    ['a timer that ends after year 9999', { 'Timers.Closed': 'P99999Y' }, 400, 50380],
  ])('with %s is refused and not created', async (_description, body, status, code) => {
    const { callOk, refusal, conversation, inService } = await createWorld();
    await conversation({ UniqueName: 'taken' });
    await (await conversation({ UniqueName: 'closed' })).close();
    expect(await refusal(create, { ...inService, body })).toEqual([status, code]);
    expect(sidsOf(await callOk(list, inService))).toHaveLength(2);
  });

  it('shows the dates of its timers, only of those that are set', async () => {
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
    const inactive = await conversation({ State: 'inactive', Timers: { Inactive: 'PT1M', Closed: 'PT10M' } });
    expect(inactive.body['timers']).toEqual({ date_closed: '2026-01-01T00:10:00Z' });
  });

  it('can have the same unique name as a conversation of another service', async () => {
    const { callOk, conversation } = await createWorld();
    await conversation({ UniqueName: 'order' });
    const other = sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } }));
    const body = { UniqueName: 'order' };
    expect(await callOk(create, { ChatServiceSid: other, body })).toMatchObject({ unique_name: 'order' });
  });

  it('is created only once by concurrent requests with the same unique name', async () => {
    const { call, inService } = await createWorld();
    const body = { UniqueName: 'order' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(create, { ...inService, body })));
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409, 409]);
  });
});

describe('an existing conversation', () => {
  it.each(['order-1042', 'a b', 'ä/ö?ü#', '100%', '%2F', '+1', '__proto__', 'constructor', `CH${'g'.repeat(32)}`])(
    'is found by the unique name "%s" and by its SID, also in paths of its resources',
    async (name) => {
      const { callOk, follow, conversation, inService } = await createWorld();
      const { body, sid, message } = await conversation({ UniqueName: name });
      expect(await callOk(fetch, { ...inService, Sid: name })).toEqual(body);
      expect(await callOk(fetch, { ...inService, Sid: sid })).toEqual(body);
      expect(await follow(body['url'])).toEqual(body);
      const created = await message();
      const messages = await callOk('listserviceconversationmessage', { ...inService, ConversationSid: name });
      expect(messages).toMatchObject({
        messages: [created],
        meta: { url: expect.stringContaining(`/${sid}/Messages`) },
      });
    },
  );

  it('has links to its resources', async () => {
    const { follow, conversation } = await createWorld();
    const { body } = await conversation();
    const links = body['links'] as Record<string, string>;
    for (const name of ['participants', 'messages', 'webhooks']) {
      expect(sidsOf(await follow(links[name]))).toEqual([]);
    }
  });

  it('gives a 404 that names the encoded path if it does not exist', async () => {
    const { call, refusal, callOk, conversation, inService } = await createWorld();
    const { body } = await call(fetch, { ...inService, Sid: 'no such/name' });
    expect(body).toEqual({
      code: 20404,
      message: `The requested resource /v1/Services/${inService.ChatServiceSid}/Conversations/no%20such%2Fname was not found`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
    const { sid } = await conversation({ UniqueName: 'order' });
    const other = { ChatServiceSid: sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } })) };
    expect(await refusal(fetch, { ...other, Sid: sid })).toEqual([404, 20404]);
    expect(await refusal(fetch, { ...other, Sid: 'order' })).toEqual([404, 20404]);
    expect(await refusal(fetch, { ...inService, Sid: 'Order' })).toEqual([404, 20404]);
    const gone = { ...inService, Sid: 'gone' };
    expect(await refusal(update, { ...gone, body: { FriendlyName: 'x' } })).toEqual([404, 20404]);
    expect(await refusal('deleteserviceconversation', gone)).toEqual([404, 20404]);
    expect(await refusal(create, { ChatServiceSid: 'IS1', body: {} })).toEqual([404, 20404]);
  });

  it('changes only the given fields and its update date', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { body, at } = await conversation({ FriendlyName: 'Order', UniqueName: 'order', Attributes: '[1]' });
    clock.advance(1999);
    const changed = await callOk(update, { ...at, body: { FriendlyName: 'Returned order' } });
    expect(changed).toEqual({ ...body, friendly_name: 'Returned order', date_updated: '2026-01-01T00:00:01Z' });
    clock.advance(1000);
    expect(await callOk(update, { ...at, body: { Attributes: '[2]', 'Bindings.Email.Name': 'Desk' } })).toEqual({
      ...changed,
      attributes: '[2]',
      bindings: { email: { name: 'Desk' } },
      date_updated: '2026-01-01T00:00:02Z',
    });
    expect(
      await callOk(update, { ...at, body: { DateCreated: '2020-01-01', DateUpdated: '2020-01-02' } }),
    ).toMatchObject({
      date_created: '2020-01-01T00:00:00Z',
      date_updated: '2020-01-02T00:00:00Z',
    });
  });

  it('can change its unique name, which frees the old one', async () => {
    const { callOk, refusal, conversation, inService } = await createWorld();
    const { at, sid } = await conversation({ UniqueName: 'old' });
    await conversation({ UniqueName: 'taken' });
    const rename = (UniqueName: string) => ({ ...at, body: { UniqueName } });
    expect(await refusal(update, rename('taken'))).toEqual([409, 50353]);
    expect(await callOk(update, rename('old'))).toMatchObject({ unique_name: 'old' });
    expect(await callOk(update, rename('new'))).toMatchObject({ unique_name: 'new' });
    expect(await refusal(fetch, { ...inService, Sid: 'old' })).toEqual([404, 20404]);
    expect(sidOf(await callOk(fetch, { ...inService, Sid: 'new' }))).toBe(sid);
    expect(await callOk(update, rename(''))).toMatchObject({ unique_name: null });
    expect((await conversation({ UniqueName: 'old' })).body).toMatchObject({ unique_name: 'old' });
  });

  it('refuses an empty or invalid update and does not change', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { body, at } = await conversation({ UniqueName: 'order' });
    const refused = (fields: Input) => refusal(update, { ...at, body: fields });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ FriendlyName: 'x', Attributes: '{' })).toEqual([400, 50304]);
    expect(await refused({ FriendlyName: 'x', State: 'open' })).toEqual([400, 50378]);
    expect(await refused({ FriendlyName: 'x', UniqueName: `CH${'0'.repeat(32)}` })).toEqual([400, 50390]);
    expect(await refused({ 'Timers.Closed': 'PT2M' })).toEqual([400, 50376]);
    expect(await callOk(fetch, at)).toEqual(body);
  });

  it('is deleted with its resources in every state, which frees its name', async () => {
    for (const State of ['active', 'inactive', 'closed']) {
      const world = await createWorld();
      const { call, callOk, refusal, inService } = world;
      const { at, inside, chat, sms, message } = await world.conversation({ UniqueName: 'order' });
      const participant = sidOf(await chat('alice'));
      await sms('+15557770101');
      const messageSid = sidOf(await message());
      const webhook = { Target: 'studio', 'Configuration.FlowSid': `FW${'0'.repeat(32)}` };
      const hook = sidOf(await callOk('createserviceconversationscopedwebhook', { ...inside, body: webhook }));
      await callOk(update, { ...at, body: { State } });

      expect(await call('deleteserviceconversation', { ...inService, Sid: 'order' })).toMatchObject({ status: 204 });
      expect(await refusal(fetch, at)).toEqual([404, 20404]);
      expect(await refusal(fetch, { ...inService, Sid: 'order' })).toEqual([404, 20404]);
      expect(await refusal('fetchserviceconversationmessage', { ...inside, Sid: messageSid })).toEqual([404, 20404]);
      expect(await refusal('fetchserviceconversationparticipant', { ...inside, Sid: participant })).toEqual([
        404, 20404,
      ]);
      expect(await refusal('fetchserviceconversationscopedwebhook', { ...inside, Sid: hook })).toEqual([404, 20404]);
      expect(await refusal('listserviceconversationmessagereceipt', { ...inside, MessageSid: messageSid })).toEqual([
        404, 20404,
      ]);
      expect(await callOk('listserviceuserconversation', { ...inService, UserSid: 'alice' })).toMatchObject({
        conversations: [],
      });
      const next = await world.conversation({ UniqueName: 'order' });
      expect(await next.sms('+15557770101')).toMatchObject({ identity: null });
      expect(await next.message()).toMatchObject({ index: 0 });
    }
  });
});
