import { describe, expect, it } from 'vitest';
import { refusals } from '../../../../src/backends/simulator/conversations/refusals.js';
import { createTestSimulator } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

describe('a refusal', () => {
  it("has four keys, in Twilio's order", async () => {
    const { call } = await createTestSimulator();
    expect((await call('createservice')).text).toBe(
      '{"code":50000,"message":"FriendlyName not provided","more_info":"https://www.twilio.com/docs/errors/50000","status":400}',
    );
  });

  it.each(Object.entries(refusals))('with code %s has a valid status and a one-line message', (code, entry) => {
    const [status, message, source] = entry;
    expect([400, 403, 404, 409]).toContain(status);
    expect(message).toMatch(/^\S.*\S$/);
    expect(message).not.toMatch(/^Programmable Chat/);
    expect(['recorded', 'dictionary', 'inferred']).toContain(source);
    expect(Number(code)).toBeGreaterThan(20_000);
  });

  it('says "already" or "conflict" if and only if its status is 409', () => {
    for (const [status, message] of Object.values(refusals)) {
      expect([message, /already|^Conflict$/.test(message)]).toEqual([message, status === 409]);
    }
  });

  it('changes nothing', async () => {
    const { call, refusal, conversation, inService } = await createWorld();
    await conversation({ UniqueName: 'taken' });
    const before = (await call('listserviceconversation', inService)).text;
    const body = { UniqueName: 'taken', FriendlyName: 'x', State: 'inactive' };
    expect(await refusal('createserviceconversation', { ...inService, body })).toEqual([409, 50353]);
    expect((await call('listserviceconversation', inService)).text).toBe(before);
  });
});

describe('a name with special characters or a special meaning in JavaScript', () => {
  const specialNames = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\0',
    'a\0b',
    '\u202e',
    '"',
    '\\',
    '\r\n',
    '😀',
  ];

  it.each(specialNames)('is treated like any other name: %j', async (name) => {
    const { call, callOk, refusal, user, conversation, inService } = await createWorld();
    const created = await user(name);
    expect(await refusal('createserviceuser', { ...inService, body: { Identity: name } })).toEqual([409, 50201]);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: name })).toEqual(created);
    const { body, chat, inside } = await conversation({ UniqueName: name });
    expect(await callOk('fetchserviceconversation', { ...inService, Sid: name })).toEqual(body);
    const participant = await chat(name);
    expect(await callOk('fetchserviceconversationparticipant', { ...inside, Sid: name })).toEqual(participant);
    expect((await call('deleteserviceuser', { ...inService, Sid: name })).status).toBe(204);
    for (const operation of ['fetchserviceuser', 'deleteserviceuser']) {
      expect(await refusal(operation, { ...inService, Sid: name })).toEqual([404, 20404]);
    }
  });

  it('finds nothing if no record has that name', async () => {
    const { refusal, inService } = await createWorld();
    for (const Sid of specialNames) {
      for (const list of ['user', 'conversation', 'role', 'binding']) {
        expect(await refusal(`fetchservice${list}`, { ...inService, Sid })).toEqual([404, 20404]);
      }
    }
  });
});
