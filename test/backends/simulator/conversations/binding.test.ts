import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import {
  ACCOUNT,
  itemsOf,
  metaOf,
  ORIGIN,
  sidOf,
  sidsOf,
  START,
  textOf,
  listPages,
} from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld } from './world.js';

const fetch = 'fetchservicebinding';
const remove = 'deleteservicebinding';
const list = 'listservicebinding';
const desk = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
const seeded = () => createWorld({ seed: 'support-desk' });

describe('a binding', () => {
  it("comes from a seed, with all fields in Twilio's order", async () => {
    const { call, callOk, follow } = await seeded();
    const [first = {}] = itemsOf(await callOk(list, desk));
    const sid = sidOf(first);
    expect(sid).toMatch(/^BS[0-9a-f]{32}$/);
    expect((await call(fetch, { ...desk, Sid: sid })).text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        chat_service_sid: desk.ChatServiceSid,
        date_created: START,
        date_updated: START,
        endpoint: 'fcm-token-of-adas-phone',
        identity: 'ada',
        binding_type: 'fcm',
        credential_sid: 'CR5e0000000000000000000000000000c1',
        message_types: ['new_message', 'added_to_conversation'],
        url: `${ORIGIN}/v1/Services/${desk.ChatServiceSid}/Bindings/${sid}`,
      }),
    );
    expect(await follow(first['url'])).toEqual(first);
  });

  it('is deleted', async () => {
    const { call, callOk, refusal } = await seeded();
    const [first = '', ...rest] = sidsOf(await callOk(list, desk));
    expect(await call(remove, { ...desk, Sid: first })).toEqual({ status: 204, body: null, text: '' });
    for (const operation of [fetch, remove]) {
      expect(await refusal(operation, { ...desk, Sid: first })).toEqual([404, 20404]);
    }
    expect(sidsOf(await callOk(list, desk))).toEqual(rest);
    expect(sidsOf(await callOk(list, { ...desk, Identity: 'ada' }))).toHaveLength(1);
  });

  it('is found only in its own service, and not by its identity', async () => {
    const { call, callOk, refusal, inService } = await seeded();
    const [Sid] = sidsOf(await callOk(list, desk));
    expect(await refusal(fetch, { ...inService, Sid })).toEqual([404, 20404]);
    const { body } = await call(fetch, { ...desk, Sid: 'ada' });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${desk.ChatServiceSid}/Bindings/ada was not found`,
    );
  });
});

describe('the list of bindings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-bindings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A seed with one service and this number of devices. */
  function devices(count: number): string {
    const bindings = Array.from({ length: count }, (_, i) => ({
      identity: 'ada',
      binding_type: 'apn',
      endpoint: `device-${i}`,
      credential_sid: `CR${'0'.repeat(32)}`,
      message_types: ['new_message'],
    }));
    const services = [{ sid: desk.ChatServiceSid, FriendlyName: 'Devices', bindings }];
    const file = join(folder, `${count}.yaml`);
    writeFileSync(file, JSON.stringify({ 'understudy-seed': 1, services }));
    return file;
  }

  const rules = { operation: list, key: 'bindings', defaultSize: 50, maximum: 100 };
  const fill = (filter: Input) => async (count: number) => {
    const simulator = await createWorld({ seed: devices(count) });
    const pages = await listPages(simulator, list, { ...desk, PageSize: 100 });
    const path = `/v1/Services/${desk.ChatServiceSid}/Bindings`;
    return { simulator, input: { ...desk, ...filter }, path, sids: pages.flat() };
  };
  describe('of a service', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({}) });
  });
  describe('of one type', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({ BindingType: 'apn' }) });
  });
  describe('of one identity', () => {
    itPagesLikeTwilio({ ...rules, fill: fill({ Identity: 'ada' }) });
  });

  it('is empty in a service without devices', async () => {
    const { callOk, inService } = await createWorld();
    expect(sidsOf(await callOk(list, inService))).toEqual([]);
  });

  it('can be filtered by type and identity, each with several values', async () => {
    const { callOk } = await seeded();
    const filtered = async (filter: Input) =>
      itemsOf(await callOk(list, { ...desk, ...filter })).map(({ identity, binding_type }) => [identity, binding_type]);
    const [phone, tablet, other] = [
      ['ada', 'fcm'],
      ['ada', 'apn'],
      ['grace', 'fcm'],
    ];
    expect(await filtered({})).toEqual([phone, tablet, other]);
    expect(await filtered({ BindingType: 'fcm' })).toEqual([phone, other]);
    expect(await filtered({ BindingType: ['apn', 'fcm'] })).toEqual([phone, tablet, other]);
    expect(await filtered({ BindingType: ['fcm', 'fcm'] })).toEqual([phone, other]);
    expect(await filtered({ Identity: 'ada' })).toEqual([phone, tablet]);
    expect(await filtered({ Identity: ['grace', 'ada'] })).toEqual([phone, tablet, other]);
    expect(await filtered({ Identity: 'ada', BindingType: 'apn' })).toEqual([tablet]);
    expect(await filtered({ Identity: ['ada', 'grace'], BindingType: ['fcm', 'gcm'] })).toEqual([phone, other]);
    expect(await filtered({ Identity: 'unknown' })).toEqual([]);
    expect(await filtered({ BindingType: 'twilsock' })).toEqual([]);
  });

  it('refuses an unknown type', async () => {
    const { refusal } = await seeded();
    for (const BindingType of ['sms', '', ['fcm', 'FCM']]) {
      expect(await refusal(list, { ...desk, BindingType })).toEqual([400, 50209]);
    }
  });

  it('has every value of its filters in its URLs and on every page', async () => {
    const world = await seeded();
    const filter = { ...desk, BindingType: ['fcm', 'apn'], Identity: 'ada', PageSize: 1 };
    const page = await world.callOk(list, filter);
    const expected = 'BindingType=fcm&BindingType=apn&Identity=ada&PageSize=1&Page=0';
    expect(textOf(metaOf(page)['url']).split('?')[1]).toBe(expected);
    expect((await listPages(world, list, filter)).map((each) => each.length)).toEqual([1, 1]);
  });

  it('is refused if the service does not exist', async () => {
    const { refusal } = await createWorld();
    expect(await refusal(list, { ChatServiceSid: 'IS1' })).toEqual([404, 20404]);
  });
});
