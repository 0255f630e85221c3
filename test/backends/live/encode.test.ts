import { describe, expect, test } from 'vitest';
import { encode } from '../../../src/backends/live/encode.js';
import type { Input } from '../../../src/core/operation.js';
import { binding, caller, SERVICE } from './harness.js';

const encodeCall = (operation: string, input: Input) => encode(binding.bind(operation, input, caller).call);

describe('an encoded call', () => {
  test('a JSON body becomes a form with dotted and repeated keys', () => {
    const { method, path, headers, body } = encodeCall('createserviceconversation', {
      ChatServiceSid: SERVICE,
      'X-Twilio-Webhook-Enabled': 'true',
      body: { FriendlyName: 'Tea & cake', Attributes: { a: [1, 'ü'] }, Timers: { Inactive: 'P1D' } },
    });
    expect({ method, path }).toEqual({ method: 'POST', path: `/v1/Services/${SERVICE}/Conversations` });
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'X-Twilio-Webhook-Enabled': 'true',
    });
    expect([...new URLSearchParams(String(body))]).toEqual([
      ['FriendlyName', 'Tea & cake'],
      ['Attributes', '{"a":[1,"ü"]}'],
      ['Timers.Inactive', 'P1D'],
    ]);
  });

  test('an array in the body is a repeated key', () => {
    const body = { FriendlyName: 'guide', Type: 'service', Permission: ['one', 'two'] };
    expect(encodeCall('createservicerole', { ChatServiceSid: SERVICE, body }).body).toBe(
      'FriendlyName=guide&Type=service&Permission=one&Permission=two',
    );
  });

  test('an array in the query is a repeated key, and a space becomes %20, not +', () => {
    const input = { ChatServiceSid: SERVICE, BindingType: ['fcm', 'apn'], Identity: ['a b+c'], PageSize: 5 };
    expect(encodeCall('listservicebinding', input).path).toBe(
      `/v1/Services/${SERVICE}/Bindings?BindingType=fcm&BindingType=apn&Identity=a%20b%2Bc&PageSize=5`,
    );
  });

  test('a path parameter is encoded exactly once', () => {
    const name = 'ä/b?c#d%20 e+f';
    const { path } = encodeCall('fetchserviceuser', { ChatServiceSid: SERVICE, Sid: name });
    expect(path).toBe(`/v1/Services/${SERVICE}/Users/%C3%A4%2Fb%3Fc%23d%2520%20e%2Bf`);
    expect(decodeURIComponent(path.split('/').at(-1) ?? '')).toBe(name);
  });

  test.each(['..', '.', '../Roles', 'a/../b', 'a\\..', '..\\..'])(
    '%j in a path is refused: it would name another resource',
    (Sid) => {
      expect(() => encodeCall('deleteserviceuser', { ChatServiceSid: SERVICE, Sid })).toThrow(
        expect.objectContaining({ name: 'UNDERSTUDY_BAD_REQUEST', status: 400 }),
      );
    },
  );

  test('a header value cannot inject another header', () => {
    const input = { ChatServiceSid: SERVICE, Sid: 'alice', 'X-Twilio-Webhook-Enabled': 'true\r\nX-Evil: 1' };
    expect(() => encodeCall('deleteserviceuser', input)).toThrow(/printable ASCII text on one line/);
  });

  test('GET and DELETE have no body, and a POST without fields has an empty form', () => {
    expect(encodeCall('fetchservice', { Sid: SERVICE })).not.toHaveProperty('body');
    expect(encodeCall('deleteservice', { Sid: SERVICE })).not.toHaveProperty('body');
    expect(encodeCall('createservice', {}).body).toBe('');
  });

  test("the caller's trace headers are sent", () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const { call } = binding.bind('listservice', {}, { ...caller, trace });
    expect(encode(call).headers).toMatchObject(trace);
  });
});
