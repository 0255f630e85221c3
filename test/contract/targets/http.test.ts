import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import { valueAt } from '../../../src/contract/model/paths.js';
import { type HttpTargetOptions, httpTarget } from '../../../src/contract/targets/http.js';
import { createTestUnderstudy } from '../../helpers/understudy.js';
import { published } from '../helpers.js';

const options: HttpTargetOptions = {
  origin: 'http://127.0.0.1:1',
  displayOrigin: 'https://conversations.twilio.com',
  surface: 'twilio',
  credentials: { user: 'AC1', password: 'secret' },
};

function curl(operation: string, input: object, more: Partial<HttpTargetOptions> = {}): string | undefined {
  const found = findOperation(operation, published.operations);
  if (found === undefined) throw new Error(`unknown operation ${operation}`);
  return httpTarget({ ...options, ...more }).curl?.(found, { ...input });
}

describe('the curl command of a call', () => {
  it('has query parameters, and variables in place of credentials', () => {
    expect(curl('list Roles', { ChatServiceSid: 'IS1', PageSize: 2 })).toBe(
      'curl "https://conversations.twilio.com/v1/Services/IS1/Roles?PageSize=2" -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"',
    );
  });

  it('has Twilio form fields: dotted keys, repeated lists, attributes as JSON', () => {
    const body = { Timers: { Closed: 'PT1H' }, Tag: ['a', 'b'], Attributes: { x: 1 } };
    const command = curl('create Conversations', { ChatServiceSid: 'IS1', body });
    expect(command?.match(/--data-urlencode (?:"(?:\\.|[^"\\])*"|\S+)/g)).toEqual([
      '--data-urlencode Timers.Closed=PT1H',
      '--data-urlencode Tag=a',
      '--data-urlencode Tag=b',
      '--data-urlencode "Attributes={\\"x\\":1}"',
    ]);
  });

  it('encodes path parameters, and names the method of a deletion', () => {
    expect(curl('delete Users', { ChatServiceSid: 'IS1', Sid: 'a b/c' })).toContain(
      'curl -X DELETE "https://conversations.twilio.com/v1/Services/IS1/Users/a%20b%2Fc"',
    );
  });

  it('has a JSON body on the rest surface', () => {
    const command = curl(
      'create Conversations',
      { ChatServiceSid: 'IS1', body: { UniqueName: 'x' } },
      { surface: 'rest' },
    );
    expect(command).toContain('-d "{\\"UniqueName\\":\\"x\\"}"');
  });
});

describe('a list on the rest surface', () => {
  it("has Twilio's paths in its page URLs, whether the server rewrites them or not", async () => {
    const pages: unknown[] = [];
    for (const rewriteUrls of [true, false]) {
      const { http, capability } = await createTestUnderstudy({ rewriteUrls });
      const origin = await http.listen({ host: '127.0.0.1', port: 0 });
      const routes = new Map(capability.routes.map((route) => [route.operation.name, route]));
      const operation = findOperation('list Services', published.operations);
      if (operation === undefined) throw new Error('there is no list of services');
      const target = httpTarget({ origin, surface: 'rest', routes });
      const { body } = await target.call(operation, { PageSize: 1 }, AbortSignal.timeout(5000));
      pages.push(JSON.parse(JSON.stringify(valueAt(body ?? undefined, ['meta', 'url'])).replace(origin, '')));
    }
    expect(pages).toEqual(Array(2).fill('/v1/Services?PageSize=1&Page=0'));
  });
});
