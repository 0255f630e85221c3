import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

const create = 'createserviceconversationscopedwebhook';
const fetch = 'fetchserviceconversationscopedwebhook';
const update = 'updateserviceconversationscopedwebhook';
const remove = 'deleteserviceconversationscopedwebhook';
const list = 'listserviceconversationscopedwebhook';

const Url = 'https://example.com/hook';
const flow = `FW${'a'.repeat(32)}`;
const webhook = { Target: 'webhook', Configuration: { Url, Filters: ['onMessageAdded', 'onMessageRemoved'] } };
const trigger = { Target: 'trigger', Configuration: { Url, Triggers: ['refund', 'cancel it'] } };
const studio = { Target: 'studio', Configuration: { FlowSid: flow } };

describe('a new webhook of a conversation', () => {
  it("responds with all fields, in Twilio's order", async () => {
    const { call, conversation } = await createWorld();
    const { sid: conversationSid, inside } = await conversation();
    const { status, body, text } = await call(create, { ...inside, body: webhook });
    const sid = sidOf(body ?? {});
    expect(status).toBe(201);
    expect(sid).toMatch(/^WH[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        chat_service_sid: inside.ChatServiceSid,
        conversation_sid: conversationSid,
        sid,
        target: 'webhook',
        configuration: { url: Url, method: 'post', filters: ['onMessageAdded', 'onMessageRemoved'] },
        date_created: START,
        date_updated: START,
        url: `${ORIGIN}/v1/Services/${inside.ChatServiceSid}/Conversations/${conversationSid}/Webhooks/${sid}`,
      }),
    );
  });

  it.each<[string, Input, object]>([
    ['a trigger', trigger, { url: Url, method: 'post', triggers: ['refund', 'cancel it'] }],
    ['a flow', studio, { flow_sid: flow }],
    [
      'a method in capitals',
      { ...webhook, Configuration: { ...webhook.Configuration, Method: 'GET' } },
      { url: Url, method: 'get', filters: webhook.Configuration.Filters },
    ],
    [
      'a message index to replay from',
      { ...studio, 'Configuration.ReplayAfter': 7 },
      { flow_sid: flow, replay_after: 7 },
    ],
    [
      "another target's settings",
      { ...studio, 'Configuration.Url': Url, 'Configuration.Triggers': 'x' },
      { flow_sid: flow },
    ],
  ])('with %s has the configuration of its target', async (_description, body, configuration) => {
    const { callOk, conversation } = await createWorld();
    const { inside } = await conversation();
    expect((await callOk(create, { ...inside, body }))['configuration']).toEqual(configuration);
  });

  it.each<[string, Input, number]>([
    ['no fields', {}, 50368],
    ['an empty target', { ...webhook, Target: '' }, 50364],
    ['an unknown target', { ...webhook, Target: 'flow' }, 50364],
    ['no URL', { Target: 'webhook', 'Configuration.Filters': 'onMessageAdded' }, 50369],
    ['an empty URL', { Target: 'trigger', Configuration: { Url: '', Triggers: 'x' } }, 50369],
    ['a trigger without URL', { Target: 'trigger', 'Configuration.Triggers': 'x' }, 50369],
    ['an invalid URL', { ...webhook, Configuration: { Url: 'example.com', Filters: 'onMessageAdded' } }, 50054],
    [
      'a URL of 513 characters',
      { ...webhook, Configuration: { Url: Url.padEnd(513, 'x'), Filters: 'onMessageAdded' } },
      50372,
    ],
    ['an unknown method', { ...webhook, Configuration: { ...webhook.Configuration, Method: 'put' } }, 50055],
    ['no filter', { Target: 'webhook', 'Configuration.Url': Url }, 50370],
    ['an empty filter', { Target: 'webhook', Configuration: { Url, Filters: '' } }, 50370],
    ['an unknown filter', { Target: 'webhook', Configuration: { Url, Filters: 'onMessageSent' } }, 50365],
    ['no trigger', { Target: 'trigger', 'Configuration.Url': Url }, 50371],
    ['an empty trigger', { Target: 'trigger', Configuration: { Url, Triggers: ['a', ''] } }, 50366],
    ['six triggers', { Target: 'trigger', Configuration: { Url, Triggers: ['1', '2', '3', '4', '5', '6'] } }, 50362],
    ['no flow', { Target: 'studio' }, 50367],
    ['an invalid flow SID', { Target: 'studio', 'Configuration.FlowSid': 'FW1' }, 50367],
    ['a message index that is not a number', { ...studio, 'Configuration.ReplayAfter': 'x' }, 20001],
  ])('with %s is refused', async (_description, body, code) => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    expect(await refusal(create, { ...inside, body })).toEqual([400, code]);
    expect(sidsOf(await callOk(list, inside))).toEqual([]);
  });

  it('can have a URL of 512 characters and five triggers', async () => {
    const { callOk, conversation } = await createWorld();
    const { inside } = await conversation();
    const Triggers = ['1', '2', '3', '4', '5'];
    const body = { Target: 'trigger', Configuration: { Url: Url.padEnd(512, 'x'), Triggers } };
    expect(await callOk(create, { ...inside, body })).toMatchObject({ configuration: { triggers: Triggers } });
  });

  it('is refused as the sixth, until another one is deleted', async () => {
    const { call, callOk, refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    const created = await times(5, () => callOk(create, { ...inside, body: webhook }));
    expect(await refusal(create, { ...inside, body: webhook })).toEqual([400, 50361]);
    await call(remove, { ...inside, Sid: sidOf(created[0] ?? {}) });
    expect((await call(create, { ...inside, body: studio })).status).toBe(201);
    const other = await conversation();
    expect((await call(create, { ...other.inside, body: webhook })).status).toBe(201);
  });

  it('is refused if the conversation does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(create, { ...inService, ConversationSid: 'gone', body: webhook })).toEqual([404, 20404]);
  });
});

describe('an existing webhook of a conversation', () => {
  it('changes only the given fields, and keeps its target and replay index', async () => {
    const { clock, callOk, follow, conversation } = await createWorld();
    const { inside } = await conversation();
    const created = await callOk(create, { ...inside, body: { ...webhook, 'Configuration.ReplayAfter': 3 } });
    const at = { ...inside, Sid: sidOf(created) };
    clock.advance(1000);
    const changed = await callOk(update, { ...at, body: { Configuration: { Url: `${Url}/2`, Method: 'get' } } });
    expect(changed).toEqual({
      ...created,
      configuration: { url: `${Url}/2`, method: 'get', filters: webhook.Configuration.Filters, replay_after: 3 },
      date_updated: '2026-01-01T00:00:01Z',
    });
    expect(await callOk(update, { ...at, body: { 'Configuration.Filters': 'onParticipantAdded' } })).toMatchObject({
      target: 'webhook',
      configuration: { url: `${Url}/2`, filters: ['onParticipantAdded'] },
    });
    const fixed = { ...at, body: { Target: 'studio', 'Configuration.ReplayAfter': 9, 'Configuration.Method': 'post' } };
    expect(await callOk(update, fixed, { allowUnknown: true })).toMatchObject({
      target: 'webhook',
      configuration: { replay_after: 3, method: 'post' },
    });
    expect(await follow(created['url'])).toEqual(await callOk(fetch, at));
  });

  it('can change its flow or its triggers', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    const [keyword, flows] = await times(2, (i) => callOk(create, { ...inside, body: [trigger, studio][i] }));
    const words = { ...inside, Sid: sidOf(keyword ?? {}), body: { 'Configuration.Triggers': ['stop'] } };
    expect(await callOk(update, words)).toMatchObject({ configuration: { triggers: ['stop'] } });
    const next = `FW${'b'.repeat(32)}`;
    const at = { ...inside, Sid: sidOf(flows ?? {}) };
    expect((await callOk(update, { ...at, body: { 'Configuration.FlowSid': next } }))['configuration']).toEqual({
      flow_sid: next,
    });
    expect(await refusal(update, { ...at, body: { 'Configuration.FlowSid': '' } })).toEqual([400, 50367]);
  });

  it('refuses an empty or invalid update and does not change', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    const created = await callOk(create, { ...inside, body: webhook });
    const at = { ...inside, Sid: sidOf(created) };
    const refused = (body: Input) => refusal(update, { ...at, body });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ 'Configuration.Url': '' })).toEqual([400, 50369]);
    expect(await refused({ 'Configuration.Url': 'x' })).toEqual([400, 50054]);
    expect(await refused({ 'Configuration.Filters': '' })).toEqual([400, 50370]);
    expect(await refused({ 'Configuration.Filters': ['onMessageAdded', 'x'] })).toEqual([400, 50365]);
    expect(await refused({ 'Configuration.Method': 'patch' })).toEqual([400, 50055]);
    expect(await callOk(fetch, at)).toEqual(created);
  });

  it('is found only in its own conversation, and deleted', async () => {
    const { call, callOk, refusal, conversation } = await createWorld();
    const { sid, inside } = await conversation();
    const other = await conversation();
    const Sid = sidOf(await callOk(create, { ...inside, body: webhook }));
    expect(await refusal(fetch, { ...other.inside, Sid })).toEqual([404, 20404]);
    expect((await call(remove, { ...inside, Sid })).status).toBe(204);
    for (const operation of [fetch, remove]) expect(await refusal(operation, { ...inside, Sid })).toEqual([404, 20404]);
    const { body } = await call(update, { ...inside, Sid, body: { 'Configuration.Url': Url } });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Webhooks/${Sid} was not found`,
    );
  });
});

describe('the list of webhooks of a conversation', () => {
  itPagesLikeTwilio({
    operation: list,
    key: 'webhooks',
    defaultSize: 5,
    maximum: 5,
    maxRecords: 5,
    async fill(count) {
      const simulator = await createWorld();
      const { inside, sid } = await simulator.conversation();
      const sids = await times(count, async () => sidOf(await simulator.callOk(create, { ...inside, body: webhook })));
      const path = `/v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Webhooks`;
      return { simulator, input: inside, path, sids };
    },
  });
});
