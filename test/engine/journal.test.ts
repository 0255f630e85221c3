import { expect, test } from 'vitest';
import { createJournal, type JournalBounds } from '../../src/engine/journal.js';
import type { JournalEntry } from '../../src/engine/stored-exchange.js';
import { bodyOf, bodyOfText, type Json } from '../../src/core/body.js';
import { createRedact } from '../../src/core/redact.js';

const none = createRedact([]);

function entry(answer: Json, form: [string, string[]][] = []): JournalEntry {
  return {
    name: 'createservicerole',
    time: Date.parse('2026-01-01T00:00:00.000Z'),
    call: {
      operation: {
        id: 'test.createservicerole',
        name: 'createservicerole',
        namespace: 'test',
        baseUri: 'https://api.example.com',
        noun: 'Roles',
        verb: 'create',
        scope: 'service',
        method: 'POST',
        path: '/',
        description: '',
        parameters: [{ name: 'ChatServiceSid', in: 'path', type: 'string', required: true, description: '' }],
      },
      path: new Map([['ChatServiceSid', 'IS1']]),
      query: new Map([['Identity', ['a', 'b']]]),
      headers: new Map([['X-Twilio-Webhook-Enabled', 'true']]),
      form: new Map(form),
      caller: { surface: 'rest', origin: 'http://127.0.0.1' },
      notes: {},
    },
    status: 201,
    body: bodyOf(answer),
    headers: {},
    started: 0,
    milliseconds: 1,
    ignored: [],
  };
}

function journalOf(bounds: Partial<JournalBounds> = {}, secrets: string[] = []) {
  return createJournal(createRedact(secrets), { exchanges: 1000, characters: 1e6, each: 1000, ...bounds });
}

test('an exchange has the input and the answer of the call', () => {
  const journal = createJournal(none);
  journal.add(entry({ sid: 'RL1' }, [['FriendlyName', ['x']]]));
  expect(journal.entries()).toMatchObject([
    {
      id: 1,
      operation: 'createservicerole',
      input: {
        ChatServiceSid: 'IS1',
        Identity: ['a', 'b'],
        'X-Twilio-Webhook-Enabled': 'true',
        body: { FriendlyName: 'x' },
      },
      status: 201,
      answer: { sid: 'RL1' },
      violations: [],
    },
  ]);
});

test('the oldest exchanges are dropped for new ones, and ids are not reused', () => {
  const journal = journalOf({ exchanges: 2 });
  for (const n of [1, 2, 3]) journal.add(entry(n));
  expect(journal.entries().map(({ id }) => id)).toEqual([2, 3]);
  expect(journal.total()).toBe(3);
  journal.clear();
  expect(journal.entries()).toEqual([]);
  expect(journal.total()).toBe(0);
  expect(journal.add(entry(4))).toBe(4);
});

test('the total size is bounded too', () => {
  const journal = journalOf({ characters: 2500 });
  for (const n of [1, 2, 3, 4]) journal.add(entry(`${n}`.repeat(900)));
  expect(journal.entries().map(({ id }) => id)).toEqual([3, 4]);
});

test('a large answer is truncated, with a marker that has its size', () => {
  const journal = journalOf({ each: 10 });
  journal.add(entry('x'.repeat(5000)));
  expect(journal.entries()[0]?.answer).toBe('"xxxxxxxxx… [cut: 5002 characters]');
});

test('entries are in call order: the latest ones, or those after an id', () => {
  const journal = journalOf();
  for (const n of [1, 2, 3, 4, 5]) journal.add(entry(n));
  const ids = (options: { limit?: number; after?: number }) => journal.entries(options).map(({ id }) => id);
  expect(ids({ limit: 2 })).toEqual([4, 5]);
  expect(ids({ limit: 2, after: 1 })).toEqual([2, 3]);
  expect(ids({ limit: 0 })).toEqual([]);
  expect(ids({ after: 5 })).toEqual([]);
});

test('violations are added to their exchange later, or ignored when the exchange is dropped', () => {
  const journal = journalOf({ exchanges: 1 });
  const [first, second] = [journal.add(entry(1)), journal.add(entry(2))];
  for (const id of [first, second]) journal.addViolations(id, [{ path: '/sid', message: 'is missing' }]);
  expect(journal.entries()).toMatchObject([{ id: 2, violations: [{ path: '/sid', message: 'is missing' }] }]);
});

test.each(['s3cret-token', 'with "quotes" \\', 'ünïcode & %', '12345'])('the secret %j is redacted', (secret) => {
  const journal = journalOf({}, [secret]);
  journal.add(entry({ text: `it is ${secret}!`, number: 12345 }, [['FriendlyName', [secret]]]));
  const shown = JSON.stringify(journal.entries());
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
});

test('a secret at the end of a truncated answer does not show in part', () => {
  const journal = journalOf({ each: 20 }, ['s3cret-token']);
  journal.add(entry(`${'x'.repeat(12)}s3cret-token`));
  expect(JSON.stringify(journal.entries())).not.toContain('s3cret');
});

test('an answer that is not JSON is a string', () => {
  const journal = journalOf();
  journal.add({ ...entry(null), body: bodyOfText('<html>') });
  expect(journal.entries()[0]?.answer).toBe('<html>');
});

test('a field named __proto__ is an ordinary field', () => {
  const journal = journalOf();
  journal.add(entry(null, [['__proto__', ['x']]]));
  expect(JSON.stringify(journal.entries()[0]?.input)).toContain('"__proto__":"x"');
});

test('the size bound counts the URL and the headers that an exchange keeps', () => {
  const journal = journalOf({ characters: 100_000 });
  const { call, ...rest } = entry({ sid: 'RL1' });
  const exchangeWith = (http: { url?: string; headers?: Record<string, string> }) => {
    const message = { method: 'GET', url: '/', headers: {}, ...http };
    journal.add({ ...rest, call: { ...call, caller: { ...call.caller, http: message } } });
  };
  for (let i = 0; i < 20; i += 1) exchangeWith({ url: `/?q=${'x'.repeat(16_000)}` });
  expect(journal.entries().length).toBeLessThanOrEqual(6);
  for (let i = 0; i < 20; i += 1) exchangeWith({ headers: { 'x-long': 'x'.repeat(16_000) } });
  expect(journal.entries().length).toBeLessThanOrEqual(6);
  for (let i = 0; i < 20; i += 1) journal.add({ ...rest, call, headers: { 'x-long': 'x'.repeat(16_000) } });
  expect(journal.entries().length).toBeLessThanOrEqual(6);
  for (let i = 0; i < 20; i += 1) journal.add({ ...rest, call, ignored: ['x'.repeat(16_000)] });
  expect(journal.entries().length).toBeLessThanOrEqual(6);
});
