import { describe, expect, it } from 'vitest';
import { ACCOUNT, createTestSimulator, ORIGIN, sidOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';

describe('a push credential', () => {
  it("responds with all fields, in Twilio's order, and with no secret", async () => {
    const { call } = await createTestSimulator();
    const { text, body } = await call('createcredential', {
      body: { Type: 'apn', Certificate: 'CERT-7f3', PrivateKey: 'KEY-7f3', Sandbox: true },
    });
    const sid = sidOf(body ?? {});
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        friendly_name: null,
        type: 'apn',
        sandbox: 'True',
        date_created: START,
        date_updated: START,
        url: `${ORIGIN}/v1/Credentials/${sid}`,
      }),
    );
  });

  it('needs the secrets of its type, and keeps them when only its name changes', async () => {
    const { callOk, call, refusal } = await createTestSimulator();
    const create = (body: object) => refusal('createcredential', { body });
    expect(await create({})).toEqual([400, 20001]);
    expect(await create({ Type: 'sms' })).toEqual([400, 52003]);
    expect(await create({ Type: 'fcm' })).toEqual([400, 20001]);
    expect(await create({ Type: 'fcm', Secret: '' })).toEqual([400, 20001]);
    expect(await create({ Type: 'apn', Certificate: 'x' })).toEqual([400, 20001]);
    expect(await create({ Type: 'fcm', Secret: 's', FriendlyName: 'x'.repeat(65) })).toEqual([400, 20001]);
    const Sid = sidOf(await callOk('createcredential', { body: { Type: 'fcm', Secret: 's' } }));
    const update = (body: object) => call('updatecredential', { Sid, body });
    expect((await update({ FriendlyName: 'Phones' })).body).toMatchObject({
      friendly_name: 'Phones',
      sandbox: 'False',
    });
    expect((await update({ Type: 'gcm' })).status).toBe(400);
    expect((await update({ Type: 'gcm', ApiKey: 'k' })).body).toMatchObject({ type: 'gcm' });
    expect((await call('deletecredential', { Sid })).status).toBe(204);
    expect(await refusal('fetchcredential', { Sid })).toEqual([404, 20404]);
  });
});

describe('the list of push credentials', () => {
  itPagesLikeTwilio({
    operation: 'listcredential',
    key: 'credentials',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    async fill(count) {
      const simulator = await createTestSimulator();
      const sids: string[] = [];
      for (let i = 0; i < count; i += 1) {
        sids.push(sidOf(await simulator.callOk('createcredential', { body: { Type: 'fcm', Secret: `s${i}` } })));
      }
      return { simulator, input: {}, path: '/v1/Credentials', sids };
    },
  });
});
