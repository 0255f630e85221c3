import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import harSchemas from 'har-schema';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/body.js';
import { parseScenario } from '../../src/contract/model/scenario-file.js';
import { runSuite } from '../../src/contract/run/run-suite.js';
import { published, simulator } from '../contract/helpers.js';
import { basic, createTestUnderstudy } from '../helpers/understudy.js';

const SERVICE = 'IS5e0000000000000000000000000000d1';
const OLD_CONVERSATION = 'CH5e0000000000000000000000000000e1';
const ACCOUNT = 'AC00000000000000000000000000000000';

async function setUp() {
  const { http, controls } = await createTestUnderstudy({ seed: 'support-desk' });
  const run = async (name: string, input: JsonObject = {}): Promise<JsonObject> =>
    (await controls.run(name, undefined, input)) as JsonObject;
  const post = async (url: string, payload: Record<string, string>): Promise<string> => {
    const response = await http.inject({
      method: 'POST',
      url: `/v1${url}`,
      headers: { ...basic(ACCOUNT, 'a-password'), 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(payload).toString(),
    });
    return response.json<{ sid: string }>().sid;
  };
  return { http, run, post };
}

function validatorOfHar() {
  // The package's schemas are written for draft 6.
  const ajv = new Ajv({ strict: false, validateSchema: false });
  addFormats.default(ajv);
  for (const schema of Object.values(harSchemas)) ajv.addSchema(schema);
  return (har: unknown): unknown => {
    ajv.validate('har.json#', har);
    return ajv.errors;
  };
}

test('the HAR export follows the HAR 1.2 schema and contains no secret', async () => {
  const { http, run, post } = await setUp();
  await post(`/Services/${SERVICE}/Conversations/${OLD_CONVERSATION}/Messages`, { Body: 'häl & o', Author: 'ada' });
  await http.inject({ url: '/v1/Services?PageSize=2', headers: basic(ACCOUNT, 'a-password') });
  await post('/Credentials', { Type: 'fcm', Secret: 'a-push-secret' });
  const har = await run('journal.har');
  expect(validatorOfHar()(har)).toBeNull();
  const { entries } = har['log'] as unknown as { entries: JsonObject[] };
  expect(entries).toMatchObject([
    {
      request: {
        method: 'POST',
        postData: {
          params: [
            { name: 'Body', value: 'häl & o' },
            { name: 'Author', value: 'ada' },
          ],
        },
      },
      response: { status: 201 },
    },
    { request: { method: 'GET', queryString: [{ name: 'PageSize', value: '2' }] } },
    {},
  ]);
  expect(JSON.stringify(har)).not.toMatch(/a-push-secret|a-password/);
  expect(JSON.stringify(har)).not.toContain(btoa(`${ACCOUNT}:a-password`));
});

test('the HAR export contains requests whose path is not a path at Twilio', async () => {
  const { http, run } = await setUp();
  await http.inject({ url: '//host:x/v1', headers: { host: 'api.twilio.com' } });
  const har = await run('journal.har');
  expect(validatorOfHar()(har)).toBeNull();
  expect(har).toMatchObject({
    log: { entries: [{ request: { url: expect.stringMatching(/^http:\/\/[^/]+\/\/host:x\/v1$/) } }] },
  });
});

test('an exported scenario runs as it is: SIDs become references, and old parents are replaced', async () => {
  const { http, run, post } = await setUp();
  await post(`/Services/${SERVICE}/Conversations/${OLD_CONVERSATION}/Messages`, { Body: 'to an old conversation' });
  const conversation = await post(`/Services/${SERVICE}/Conversations`, { FriendlyName: 'New' });
  const messages = `/Services/${SERVICE}/Conversations/${conversation}/Messages`;
  const message = await post(messages, { Body: 'to a new one' });
  await post(`${messages}/${message}`, { Body: 'edited' });
  await post('/Conversations', { FriendlyName: 'At account level' });
  await http.inject({ url: `/v1${messages}/IM${'0'.repeat(32)}`, headers: basic(ACCOUNT) });
  const { text } = (await run('journal.scenario')) as { text: string };
  expect(text).not.toContain(conversation);
  expect(text).toContain('{{message.sid}}');
  const scenario = parseScenario(text, 'exported.yaml', published);
  expect(scenario.steps.at(-1)).toMatchObject({ expect: { status: 404, code: 20404 } });
  expect(scenario.steps.length).toBe(7);
  const report = await runSuite({ scenarios: [scenario], left: simulator(), published });
  expect(report).toMatchObject({ outcome: 'agree', drifts: [] });
});

test('exports can be limited to some exchanges', async () => {
  const { run, post } = await setUp();
  for (const FriendlyName of ['a', 'b', 'c']) await post('/Services', { FriendlyName });
  const { exchanges } = await run('journal.list', { ids: [1, 3] });
  expect((exchanges as JsonObject[]).map(({ id }) => id)).toEqual([1, 3]);
});
