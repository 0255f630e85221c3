import { describe, expect, it } from 'vitest';
import { ACCOUNT, createTestSimulator, ORIGIN, sidOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';

const number = '+15559990000';
const webhook = {
  'AutoCreation.Type': 'webhook',
  'AutoCreation.Enabled': true,
  'AutoCreation.WebhookUrl': 'https://app.example.com/hook',
  'AutoCreation.WebhookMethod': 'get',
  'AutoCreation.WebhookFilters': ['onMessageAdded'],
};

describe('an address configuration', () => {
  it("responds with all fields, in Twilio's order, and only with the values of its type", async () => {
    const { call } = await createTestSimulator();
    const { status, text, body } = await call('createconfigurationaddress', {
      body: { Type: 'SMS', Address: number, ...webhook },
    });
    const sid = sidOf(body ?? {});
    expect(status).toBe(201);
    expect(sid).toMatch(/^IG[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        sid,
        address: number,
        type: 'sms',
        friendly_name: null,
        address_country: null,
        auto_creation: {
          enabled: true,
          type: 'webhook',
          webhook_url: 'https://app.example.com/hook',
          webhook_method: 'GET',
          webhook_filters: ['onMessageAdded'],
        },
        date_created: START,
        date_updated: START,
        url: `${ORIGIN}/v1/Configuration/Addresses/${sid}`,
      }),
    );
  });

  it('is off unless enabled, and is found by its SID and by its address', async () => {
    const { callOk, call, refusal } = await createTestSimulator();
    const created = await callOk('createconfigurationaddress', { body: { Type: 'sms', Address: number } });
    expect(created).toMatchObject({ auto_creation: { enabled: false, type: 'default' } });
    expect(await callOk('fetchconfigurationaddress', { Sid: number })).toEqual(created);
    expect(await callOk('fetchconfigurationaddress', { Sid: sidOf(created) })).toEqual(created);
    expect((await call('deleteconfigurationaddress', { Sid: number })).status).toBe(204);
    expect(await refusal('fetchconfigurationaddress', { Sid: number })).toEqual([404, 20404]);
  });

  it('loses the values of its old type when the type changes', async () => {
    const { callOk } = await createTestSimulator();
    const Sid = sidOf(
      await callOk('createconfigurationaddress', { body: { Type: 'sms', Address: number, ...webhook } }),
    );
    const flow = `FW${'0'.repeat(32)}`;
    const body = { 'AutoCreation.Type': 'studio', 'AutoCreation.StudioFlowSid': flow };
    expect(await callOk('updateconfigurationaddress', { Sid, body })).toMatchObject({
      auto_creation: { enabled: true, type: 'studio', studio_flow_sid: flow, studio_retry_count: 0 },
    });
  });

  it('exists once per address, and needs what its type needs', async () => {
    const { callOk, refusal } = await createTestSimulator();
    await callOk('createconfigurationaddress', { body: { Type: 'sms', Address: number } });
    const create = (body: object) => refusal('createconfigurationaddress', { body });
    expect(await create({ Type: 'sms', Address: number })).toEqual([409, 20409]);
    expect(await create({ Address: '+15559990001' })).toEqual([400, 20001]);
    expect(await create({ Type: 'sms' })).toEqual([400, 20001]);
    expect(await create({ Type: 'fax', Address: '+15559990001' })).toEqual([400, 20001]);
    expect(await create({ Type: 'sms', Address: 'ada' })).toEqual([400, 20001]);
    expect(await create({ Type: 'whatsapp', Address: 'messenger:1' })).toEqual([400, 20001]);
    const address = { Type: 'sms', Address: '+15559990001' };
    expect(await create({ ...address, 'AutoCreation.Type': 'webhook' })).toEqual([400, 20001]);
    expect(await create({ ...address, 'AutoCreation.Type': 'studio' })).toEqual([400, 20001]);
    expect(await create({ ...address, ...webhook, 'AutoCreation.WebhookFilters': ['onMessageAdd'] })).toEqual([
      400, 50365,
    ]);
    const unknown = { 'AutoCreation.ConversationServiceSid': `IS${'0'.repeat(32)}` };
    expect(await create({ ...address, ...webhook, ...unknown })).toEqual([400, 50050]);
    expect(await create({ ...address, ...unknown })).toEqual([400, 50050]);
    expect(await create({ ...address, AddressCountry: 'USA' })).toEqual([400, 20001]);
  });
});

describe('the list of address configurations', () => {
  itPagesLikeTwilio({
    operation: 'listconfigurationaddress',
    key: 'address_configurations',
    defaultSize: 50,
    maximum: 50,
    async fill(count) {
      const simulator = await createTestSimulator();
      const sids: string[] = [];
      for (let i = 0; i < count; i += 1) {
        const body = { Type: i % 2 === 0 ? 'sms' : 'whatsapp', Address: `+1555000${1000 + i}` };
        sids.push(sidOf(await simulator.callOk('createconfigurationaddress', { body })));
      }
      return { simulator, input: {}, path: '/v1/Configuration/Addresses', sids };
    },
  });

  it('can be filtered by type', async () => {
    const { callOk } = await createTestSimulator();
    await callOk('createconfigurationaddress', { body: { Type: 'sms', Address: number } });
    await callOk('createconfigurationaddress', { body: { Type: 'whatsapp', Address: `whatsapp:${number}` } });
    expect(await callOk('listconfigurationaddress', { Type: 'whatsapp' })).toMatchObject({
      address_configurations: [{ address: `whatsapp:${number}` }],
      meta: { first_page_url: `${ORIGIN}/v1/Configuration/Addresses?Type=whatsapp&PageSize=50&Page=0` },
    });
  });
});
