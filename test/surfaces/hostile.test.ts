import { beforeAll, describe, expect, test } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import type { Input } from '../../src/core/operation.js';
import { createUnderstudy } from '../../src/app/create-understudy.js';
import type { Understudy } from '../../src/app/understudy.js';
import { ACCOUNT as account, basic } from '../helpers/understudy.js';
import { shapeNamed } from '../helpers/operations.js';

const { operations } = loadCapability();

const values = [
  '',
  ' ',
  '\u0000',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '../../etc/passwd',
  '\ufffd\ud83c\udfad',
  '{"a":',
  'null',
  '-1',
  '1e999',
  'NaN',
  'P1000000000Y',
  '9999-99-99T99:99:99Z',
  '%zz%00',
  "' OR 1=1 --",
  '<script>',
  '\r\nX: y',
  'x'.repeat(5000),
];

/** SIDs of existing parents, so that a hostile value is not hidden behind a 404 for its parent. */
let parents: Readonly<Record<string, string>>;
let understudy: Understudy;

beforeAll(async () => {
  understudy = await createUnderstudy({ logLevel: 'silent', rngSeed: 'hostile' });
  const caller = { surface: 'engine', origin: 'http://localhost', account } as const;
  const create = async (operation: string, input: Input): Promise<string> => {
    const { result } = await understudy.engine.call(operation, input, caller);
    return (JSON.parse(result.body?.text ?? '{}') as { sid: string }).sid;
  };
  const ChatServiceSid = await create('createservice', { body: { FriendlyName: 'x' } });
  const ConversationSid = await create('createserviceconversation', { ChatServiceSid });
  const user = await create('createserviceuser', { ChatServiceSid, body: { Identity: 'alice' } });
  parents = { ChatServiceSid, ConversationSid, UserSid: user };
  return understudy.close;
});

const type = 'application/x-www-form-urlencoded';

/** Sends a request and describes the response if it is neither a success nor a well-formed refusal. */
async function problemsOf(request: { method: string; url: string; form?: URLSearchParams }): Promise<string[]> {
  const { statusCode, body } = await understudy.http.inject({
    method: request.method as 'GET',
    url: request.url,
    headers: { ...basic(account), ...(request.form === undefined ? {} : { 'content-type': type }) },
    ...(request.form === undefined ? {} : { body: request.form.toString() }),
  });
  const keys = statusCode < 400 ? '' : Object.keys(JSON.parse(body) as object).join(' ');
  const isValid = statusCode < 500 && (statusCode < 400 || keys === 'code message more_info status');
  return isValid ? [] : [`${request.method} ${request.url} ${request.form?.toString() ?? ''}: ${statusCode} ${body}`];
}

function urlOf(path: string, hostile: string, name?: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, key: string) =>
    key === name || !(key in parents) ? encodeURIComponent(hostile) : (parents[key] ?? ''),
  );
}

describe('hostile values in every parameter and field', () => {
  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s succeeds or refuses',
    async (name, { method, path, parameters }) => {
      const problems: string[] = [];
      for (const value of values) {
        for (const parameter of parameters) {
          if (parameter.in === 'path')
            problems.push(...(await problemsOf({ method, url: urlOf(path, value, parameter.name) })));
          if (parameter.in !== 'query') continue;
          const query = new URLSearchParams([[parameter.name, value]]);
          problems.push(...(await problemsOf({ method, url: `${urlOf(path, 'x')}?${query.toString()}` })));
        }
        for (const field of shapeNamed(name)?.form?.keys() ?? []) {
          const form = new URLSearchParams([
            [field, value],
            [field, value],
          ]);
          problems.push(...(await problemsOf({ method, url: urlOf(path, 'alice'), form })));
        }
      }
      expect(problems).toEqual([]);
      await understudy.engine.settled();
      const violating = understudy.journal.entries().filter(({ violations }) => violations.length > 0);
      expect(violating).toEqual([]);
      understudy.journal.clear();
    },
  );
});
